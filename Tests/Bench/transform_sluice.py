"""Sluice's side of the transform bench: lakes prepared up to the job, and `sluice transform` for the job itself."""

import pathlib
import shutil
import subprocess

from transform_data import add_batch, add_increment

CONFIGURATION = """\
source: {{host: 127.0.0.1, user: nobody}}
lake: {lake}
state: {lake}/state.sqlite
transform:
"""

SHOP = """\
  dimensions:
    customer: {from: Atliqsale.customer, key: [customer_code], sequence: updated_at}
    product: {from: Atliqsale.product, key: [product_code], sequence: updated_at}
    market: {from: Atliqsale.market, key: [market_code], sequence: updated_at}
  facts:
    transactions:
      from: Atliqsale.transactions
      key: [id]
      sequence: updated_at
      date: order_date
      partition: month
      rules:
        - {id: code_null, check: "coalesce(product_code, '') <> '' AND coalesce(customer_code, '') <> '' AND coalesce(market_code, '') <> ''"}
        - {id: qty_positive, check: "coalesce(sales_qty, 0) > 0"}
        - {id: amount_nonneg, check: "coalesce(sales_amount, -1) >= 0"}
        - {id: currency_known, check: "coalesce(currency, '') IN ('INR', 'USD')"}
        - {id: customer_exists, references: customer, on: {customer_code: customer_code}}
        - {id: product_exists, references: product, on: {product_code: product_code}}
        - {id: market_exists, references: market, on: {market_code: market_code}}
  one_big_tables:
    sales:
      fact: transactions
      join:
        customer: {on: {customer_code: customer_code}, columns: [customer_name, customer_type, segment, city, country, email]}
        product: {on: {product_code: product_code}, columns: [product_name, product_type, category, brand]}
        market: {on: {market_code: market_code}, columns: [market_name, zone, country, region_manager]}
      partition: month
"""

CRM = """\
  dimensions:
    customer: {from: Crm.customer, key: [customer_code], sequence: updated_at}
"""


class Lakes:
    """The lakes a job starts from. Files are hard links: a run adds files and never changes one."""

    def __init__(self, program, folder):
        self.program, self.folder = program, pathlib.Path(folder)
        self.number = 0

    def command(self, lake, *names):
        """`sluice transform` for some tables; none for all."""
        text = CONFIGURATION.format(lake=lake) + (CRM if (lake / "bronze" / "Crm").exists() else SHOP)
        configuration = lake / "agent.conf"
        configuration.write_text(text)
        only = [word for name in names for word in ("--only", name)]
        return [self.program, "transform", "--quiet", "--config", str(configuration), *only]

    def transform(self, lake, *names):
        done = subprocess.run(self.command(lake, *names), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"sluice transform {names}: status {done.returncode}\n{done.stderr[-3000:]}")

    def copy(self, lake):
        """A lake of its own for one run."""
        self.number += 1
        target = self.folder / f"run{self.number}"
        shutil.rmtree(target, ignore_errors=True)
        subprocess.run(["cp", "-al", str(lake), str(target)], check=True)
        for own in (target / "agent.conf", *target.glob("state.sqlite*"), target / ".sluice.lock"):
            own.unlink(missing_ok=True)
        # Hard links of the log would be one file with the template's.
        for hint in target.rglob("_last_checkpoint"):
            text = hint.read_text()
            hint.unlink()
            hint.write_text(text)
        return target

    def prepare(self, facts, history, tables, history_table, options):
        """The templates of the three jobs, and of the increment."""
        self.transform(facts, "customer", "product", "market")
        silver = self.copy(facts)
        self.transform(silver, "transactions")
        gold = self.copy(silver)
        self.transform(gold, "sales")
        self.transform(history, "customer")
        batch = add_batch(history_table, options.members)
        tables["transactions"].folder = gold / "bronze" / "Atliqsale" / "transactions"
        add_increment(tables["transactions"], options.rows)
        return {"silver": facts, "obt": silver, "increment": gold, "scd2": history}, batch


def live_files(lake, table):
    """Paths of a table's data files."""
    import deltalake
    return sorted(uri.removeprefix("file://") for uri in deltalake.DeltaTable(str(lake / table)).file_uris())
