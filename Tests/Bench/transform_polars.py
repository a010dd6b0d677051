"""polars' side of the transform bench, lazy and streaming. Arguments: JOB (silver | scd2 | obt) INPUT (a JSON file of paths) OUT."""

import json
import pathlib
import sys

import polars as pl

job, paths, out = sys.argv[1], json.loads(pathlib.Path(sys.argv[2]).read_text()), sys.argv[3]
col = pl.col
SYSTEM = ["_sluice_op", "_sluice_run_id", "_sluice_extracted_at", "_sluice_invalid"]


def scan(files):
    return pl.scan_parquet(files, hive_partitioning=False)


def by_month(name):
    return pl.PartitionBy(f"{out}/{name}", key="order_date_month", include_key=False)


def silver():
    def known(name):
        return scan(paths[name]).select(col(f"{name}_code"), pl.lit(True).alias("known_" + name)).unique(f"{name}_code")

    event = scan(paths["transactions"]).drop(SYSTEM)
    for name in ("customer", "product", "market"):
        event = event.join(known(name), on=f"{name}_code", how="left", maintain_order="none")
    blank = [col(f"{name}_code").fill_null("") == "" for name in ("product", "customer", "market")]
    rules = {"code_null": blank[0] | blank[1] | blank[2], "qty_positive": col("sales_qty").fill_null(0) <= 0,
             "amount_nonneg": col("sales_amount").fill_null(-1) < 0, "currency_known": ~col("currency").fill_null("").is_in(["INR", "USD"]),
             **{f"{name}_exists": col(f"{name}_code").is_not_null() & col("known_" + name).is_null() for name in ("customer", "product", "market")}}
    bad, helpers = pl.any_horizontal(*rules.values()), ["known_customer", "known_product", "known_market"]
    good = event.filter(~bad).drop(helpers)
    # Only ids that occur twice need an order: a narrow aggregate, then an anti join of the losers.
    keys = good.select("id", "updated_at")
    doubled = keys.group_by("id").agg(pl.len().alias("n"), col("updated_at").max().alias("keep")).filter(col("n") > 1)
    losers = (keys.join(doubled, on="id", how="inner").filter(col("updated_at") < col("keep")).select("id", "updated_at")
              .collect(engine="streaming").lazy())
    kept = (good.join(losers, on=["id", "updated_at"], how="anti", maintain_order="none")
            .with_columns(col("order_date").dt.truncate("1mo").alias("order_date_month"))
            .sink_parquet(by_month("silver"), compression="zstd", maintain_order=False, mkdir=True, lazy=True))
    violated = pl.concat_str([pl.when(rule).then(pl.lit(name)) for name, rule in rules.items()], separator=",", ignore_nulls=True)
    aside = (event.filter(bad).with_columns(violated.alias("rules")).drop(helpers)
             .sink_parquet(f"{out}/quarantine.parquet", compression="zstd", maintain_order=False, lazy=True))
    pl.collect_all([kept, aside], engine="streaming")


def scd2():
    tracked = ["customer_name", "customer_type", "segment", "city", "country", "email", "credit_limit"]
    history = pl.read_parquet(paths["history"], hive_partitioning=False)
    batch = pl.concat([pl.read_parquet(file, hive_partitioning=False) for file in paths["batch"]])
    now = history.filter("is_current").select("customer_code", col("surrogate_key").alias("old"), *[col(a).alias("o_" + a) for a in tracked])
    acts = batch.join(now, on="customer_code", how="left")
    differs = pl.any_horizontal(*[col(a).ne_missing(col("o_" + a)) for a in tracked])
    acts = acts.with_columns(pl.when(col("_sluice_op") == "d").then(pl.lit("close")).when(col("old").is_null()).then(pl.lit("new"))
                             .when(differs).then(pl.lit("change")).otherwise(pl.lit("same")).alias("act"))
    closed = acts.filter(col("act").is_in(["close", "change"]) & col("old").is_not_null()).select(
        col("old").alias("surrogate_key"), col("updated_at").alias("closed_at"), (col("act") == "close").alias("gone"))
    old = history.join(closed, on="surrogate_key", how="left").with_columns(
        pl.coalesce("closed_at", "valid_to").alias("valid_to"), (col("is_current") & col("closed_at").is_null()).alias("is_current"),
        (col("is_deleted") | col("gone").fill_null(False)).alias("is_deleted")).drop("closed_at", "gone")
    new = acts.filter(col("act").is_in(["new", "change"])).select(
        "customer_code", *tracked, "updated_at", col("updated_at").alias("valid_from"), pl.lit(None, dtype=history.schema["valid_to"]).alias("valid_to"),
        pl.lit(True).alias("is_current"), pl.lit(False).alias("is_deleted"),
        (pl.struct("customer_code", "updated_at").hash() // 2).cast(pl.Int64).alias("surrogate_key"))
    pl.concat([old, new.select(old.columns).cast(dict(old.schema))]).write_parquet(f"{out}/scd2.parquet", compression="zstd")


def obt():
    chosen = {"customer": ["customer_name", "customer_type", "segment", "city", "country", "email"],
              "product": ["product_name", "product_type", "category", "brand"], "market": ["market_name", "zone", "country", "region_manager"]}
    table = pl.scan_parquet(paths["silver"], hive_partitioning=True, hive_schema={"order_date_month": pl.Date})
    for name, columns in chosen.items():
        members = scan(paths["dimensions"][name]).filter("is_current").select(f"{name}_code", *[col(c).alias(f"{name}_{c}") for c in columns])
        table = table.join(members, on=f"{name}_code", how="left", maintain_order="none")
    table.sink_parquet(by_month("obt"), compression="zstd", maintain_order=False, mkdir=True, engine="streaming")


{"silver": silver, "scd2": scd2, "obt": obt}[job]()
