import CommandLine

// `sluice`: reads the command line, does what it asks for, ends with an exit code of
// docs/specification/commands.md.

Interruption.install()
Terminal.exit(Program(arguments: Array(Swift.CommandLine.arguments.dropFirst())).run())
