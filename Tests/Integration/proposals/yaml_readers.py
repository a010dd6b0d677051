"""YAML read by two parsers by other people, one of YAML 1.1 (`no` is false, `2024-01-01` a date), one of YAML 1.2: what
both read alike, every parser reads alike. Both are in the jars of pyspark."""

import json
import pathlib
import threading

import py4j.java_gateway
import pyspark


class YAMLReaders:
    def __init__(self):
        jars = pathlib.Path(pyspark.__file__).parent / "jars"
        port = py4j.java_gateway.launch_gateway(
            jarpath=str(next(jars.glob("py4j-*.jar"))), classpath=str(jars / "*"), die_on_exit=True)
        self._gateway = py4j.java_gateway.JavaGateway(gateway_parameters=py4j.java_gateway.GatewayParameters(port=port))
        self._lock = threading.Lock()

    def close(self):
        self._gateway.shutdown()

    def read(self, text):
        """(document, differences): as YAML 1.2 has it, and where YAML 1.1 has it otherwise."""
        java = self._gateway.jvm
        with self._lock:
            mapper = java.com.fasterxml.jackson.databind.ObjectMapper()
            settings = java.org.snakeyaml.engine.v2.api.LoadSettings.builder().build()
            newer = java.org.snakeyaml.engine.v2.api.Load(settings).loadFromString(text)
            document = json.loads(mapper.writeValueAsString(newer))
            try:
                older = json.loads(mapper.writeValueAsString(java.org.yaml.snakeyaml.Yaml().load(text)))
            except py4j.java_gateway.Py4JJavaError as error:
                return document, [str(error.java_exception.getMessage()).split("\n")[0]]
        return document, list(differences(document, older, ""))


def differences(left, right, place):
    if isinstance(left, dict) and isinstance(right, dict):
        for key in left.keys() - right.keys():
            yield f"{place}: the key {key} is another one in YAML 1.1: {sorted(right.keys() - left.keys())}"
        for key in left.keys() & right.keys():
            yield from differences(left[key], right[key], f"{place}/{key}")
    elif isinstance(left, list) and isinstance(right, list) and len(left) == len(right):
        for index, pair in enumerate(zip(left, right)):
            yield from differences(*pair, f"{place}/{index}")
    elif left != right or type(left) is not type(right):
        yield f"{place}: {left!r} is {right!r} in YAML 1.1"
