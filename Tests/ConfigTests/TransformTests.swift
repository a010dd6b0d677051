import Config
import Pipeline
import Testing

/// A configuration with this `transform` section.
private func transform(_ text: String) throws -> Pipeline {
    try configuration(minimal("transform:\n" + text)).transform
}

@Suite("The transform section")
struct TransformSectionTests {
    @Test("every key arrives in its place, with the place where it stands")
    func everyKey() throws {
        let found = try transform(
            """
              dimensions:
                customer:
                  from: shop.cust.omer
                  key: [code, part]
                  track: [a, "b"]
                  sequence: updated_at
                  deletes: ignore
                  max_delete_percent: 2.5%
                  owner: ana
                  clean: {name: "trim(name)", a: upper(a)}
              facts:
                sales:
                  from: shop.sales
                  key: id
                  date: sold
                  partition: month
                  max_delete_percent: 35%
              one_big_tables:
                wide:
                  fact: sales
                  join:
                    customer:
                      on: {customer: code, part: part}
                      columns: [a, b]
                      version: as_of
                  partition: year
                  restate: window(30d)
              marts: {}
            """)
        let dimension = try #require(found.dimensions.first)
        #expect(dimension.entity.name == "customer")
        #expect(dimension.entity.schema == "shop" && dimension.entity.source == "shop.cust.omer")
        #expect(dimension.entity.bronzePath == nil)
        #expect(dimension.entity.key == ["code", "part"])
        #expect(dimension.tracked == ["a", "b"])
        #expect(dimension.entity.sequence == "updated_at" && !dimension.closesDeleted)
        #expect(dimension.entity.sequencePlace == place("updated_at", 9, 17))
        #expect(dimension.maxDeletePercent == 2.5 && dimension.entity.owner == "ana")
        #expect(dimension.entity.clean.map(\.column) == ["name", "a"])
        #expect(dimension.entity.clean[0].expression == place("trim(name)", 13, 22))
        #expect(dimension.entity.clean[1].expression == place("upper(a)", 13, 38))
        let fact = try #require(found.facts.first)
        #expect(fact.date == "sold" && fact.grain == .month)
        #expect(fact.maxDeletePercent == 35)
        #expect(fact.entity.key == ["id"] && fact.entity.sequence == nil)
        let table = try #require(found.oneBigTables.first)
        #expect(table.fact == "sales" && table.grain == .year)
        #expect(table.restate == .window(days: 30))
        #expect(table.joins[0].on.map(\.fact) == ["customer", "part"])
        #expect(table.joins[0].on.map(\.key) == ["code", "part"])
        #expect(table.joins[0].columns == ["a", "b"])
        #expect(table.joins[0].isAsOf && !table.joins[0].isFact)
    }

    private func place(_ text: String, _ line: Int, _ column: Int) -> ExpressionSpec {
        ExpressionSpec(text: text, file: "agent.conf", line: line, column: column)
    }

    @Test("dimensions come after those that their rules refer to")
    func order() throws {
        let found = try transform(
            """
              dimensions:
                a: {from: s.a, key: k, rules: [{id: r, references: b, on: {x: k}}]}
                b: {from: s.b, key: k}
            """)
        #expect(found.dimensions.map(\.entity.name) == ["b", "a"])
    }

    @Test("headers and their lines: a fact without a date, one that is joined, columns left out")
    func lines() throws {
        let found = try transform(
            """
              facts:
                lines: {from: s.lines, key: [order_id, line]}
                orders: {from: s.orders, key: [id], date: ordered}
              one_big_tables:
                sales:
                  fact: lines
                  columns: {exclude: [note, "e-mail"]}
                  join: {orders: {on: {order_id: id}, columns: [ordered]}}
                  date: orders_ordered
                  partition: year
                few: {fact: lines, columns: {include: qty}}
            """)
        #expect(found.facts.map(\.date) == [nil, "ordered"])
        let table = try #require(found.oneBigTables.first)
        #expect(table.date == "orders_ordered" && table.joins[0].isFact)
        #expect(table.columns == .allBut(["note", "e-mail"]) && table.grain == .year)
        #expect(found.oneBigTables[1].columns == .only(["qty"]))
    }

    @Test("defaults are the contract's")
    func defaults() throws {
        let found = try transform(
            """
              dimensions: {d: {from: s.d, key: [k]}}
              facts: {f: {from: s.f, key: [k], date: t}}
              one_big_tables: {o: {fact: f, join: {d: {on: [k], columns: a}}}}
            """)
        let dimension = try #require(found.dimensions.first)
        #expect(dimension.tracked == nil && dimension.entity.sequence == nil)
        #expect(dimension.closesDeleted && dimension.maxDeletePercent == 20)
        #expect(found.facts.first?.grain == .day)
        #expect(found.facts.first?.maxDeletePercent == 20)
        #expect(found.oneBigTables.first?.restate == .touched)
        #expect(found.oneBigTables.first?.joins[0].isAsOf == false)
        #expect(found.oneBigTables.first?.joins[0].on[0].key == "k")
        #expect(try configuration(minimal("")).transform.isEmpty)
    }

    @Test("a key of all columns, and what becomes of equal rows")
    func wholeRows() throws {
        let found = try transform(
            """
              facts:
                f: {from: s.f, key: all, date: d}
                g: {from: s.g, key: "all", duplicates: keep, date: d}
                h: {from: s.h, key: [all], date: d}
            """)
        #expect(found.facts.map(\.entity.equalRows) == [.drop, .keep, nil])
        #expect(found.facts.map(\.entity.key) == [[], [], ["all"]])
    }

    @Test(
        "a key of all columns goes with facts that are read whole",
        arguments: [
            ("dimensions: {d: {from: s.d, key: all}}", "key: all is for facts alone", ":4:36"),
            (
                "facts: {f: {from: s.d, key: [k], date: t, duplicates: keep}}",
                "duplicates goes with 'key: all' alone", ":4:45"
            ),
            (
                "facts: {f: {from: s.d, key: all, date: t, duplicates: maybe}}",
                "must be one of drop, keep", ":4:57"
            ),
            (
                "facts: {f: {from: s.d, key: all, date: t, sequence: u}}",
                "sequence has no meaning where the key is 'all'", ":4:45"
            ),
            (
                "facts: {f: {from: s.d, key: all, date: t, bloom_filters: true}}",
                "bloom_filters has no meaning", ":4:45"
            ),
        ])
    func wholeRowProblems(section: String, expected: String, place: String) {
        let found = problems(minimal("transform:\n  \(section)"))
        #expect(found.count == 1, "\(found)")
        #expect(found.contains { $0.contains(expected) && $0.contains(place) }, "\(found)")
    }

    @Test("a key of all columns is refused where the table is read by changes")
    func wholeRowsOfChanges() {
        let found = problems(
            minimal(
                "extract: {schema: s, tables: {t: {mode: append}, u: {mode: snapshot}}}\n"
                    + "transform:\n  facts:\n    f: {from: s.t, key: all, date: d}\n"
                    + "    g: {from: s.u, key: all, date: d}"))
        #expect(found.count == 1, "\(found)")
        #expect(found.contains { $0.contains("extract.tables.t.mode is append") }, "\(found)")
    }

    private func rules(_ list: String) throws -> [RuleSpec] {
        try transform(
            "  dimensions: {c: {from: s.c, key: [k]}}\n"
                + "  facts: {f: {from: s.f, key: [i], date: d, rules: [\(list)]}}"
        ).facts[0].entity.rules
    }

    @Test("all ten kinds of rule read as they are meant")
    func kinds() throws {
        let found = try rules(
            """
            {id: a, check: "x > 0", nulls: fail}, {id: b, not_null: [x, y]},
            {id: c, unique: x}, {id: d, values: {column: x, in: [on, "", 1.50, no]}},
            {id: e, range: {column: x, max: 2020-01-01}},
            {id: f, matches: {column: x, pattern: "^a$"}},
            {id: g, references: c, on: {x: k}}, {id: h, freshness: {column: x, max_age: 26h}},
            {id: i, row_count: {min: 1}}, {id: j, length: {column: x, min: 2}}
            """)
        #expect(found.map(\.id) == ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"])
        var seen: [String] = []
        for rule in found {
            switch rule.kind {
            case .check(let text, let failsOnNull):
                seen.append("check \(text.text) \(failsOnNull ? "fail" : "pass")")
            case .notNull(let columns): seen.append("not_null \(columns)")
            case .unique(let columns): seen.append("unique \(columns)")
            case .values(let column, let values, let failsOnNull):
                seen.append("\(column) in \(values) \(failsOnNull ? "fail" : "pass")")
            case .range(let column, let low, let high):
                seen.append("\(column) \(low ?? "") to \(high ?? "")")
            case .matches(let column, let pattern): seen.append("\(column) matches \(pattern)")
            case .references(let dimension, let on): seen.append("\(dimension) \(on)")
            case .freshness(let column, let age): seen.append("\(column) \(age)")
            case .rowCount(let low, let high):
                seen.append("\(low ?? -1) to \(high ?? -1)")
            case .length(let column, let low, let high):
                seen.append("\(column) of \(low ?? -1) to \(high ?? -1)")
            }
        }
        #expect(
            seen == [
                "check x > 0 fail", "not_null [\"x\", \"y\"]", "unique [\"x\"]",
                "x in [\"on\", \"\", \"1.50\", \"no\"] pass", "x  to 2020-01-01", "x matches ^a$",
                "c [\"x\": \"k\"]", "x 93600000000", "1 to -1", "x of 2 to -1",
            ])
    }

    @Test("severities, thresholds, conditions and owners")
    func severities() throws {
        let found = try rules(
            """
            {id: a, check: x, severity: warn, fatal_if: "> 2%", warn_if: ">10", where: "y",
             owner: ana}, {id: b, check: x, severity: fatal}, {id: c, check: x}
            """)
        #expect(found.map(\.severity) == [.warn, .fatal, .error])
        #expect(found[0].fatalIf == .percent(2) && found[0].warnIf == .count(10))
        #expect(found[0].condition?.text == "y" && found[0].owner == "ana")
    }

    @Test(
        "what is wrong is told with its place and what to write instead",
        arguments: [
            ("{id: a, chek: x}", "Did you mean 'check'?"),
            ("{id: a, check: x, severity: eror}", "Did you mean 'error'?"),
            ("{id: a, check: x, unique: y}", "must have exactly one of check"),
            ("{check: x}", "rules[0].id is missing"),
            ("{id: a, check: x}, {id: a, check: y}", "there are two rules 'a'"),
            ("{id: null_key, check: x}", "a rule that every table has already"),
            ("{id: \"a,b\", check: x}", "cannot hold a comma"),
            ("{id: a, values: {column: x}}", "values.in is missing"),
            ("{id: a, values: {column: x, in: []}}", "must hold a value"),
            ("{id: a, values: {column: x, in: [~]}}", "'nulls' says what NULL is"),
            ("{id: a, values: {colum: x, in: [1]}}", "Did you mean 'column'?"),
            ("{id: a, range: {column: x}}", "needs min, max or both"),
            ("{id: a, row_count: {min: 3, max: 2}}", "min is above max"),
            ("{id: a, matches: {column: x}}", "matches.pattern is missing"),
            ("{id: a, length: {column: x}}", "needs min, max or both"),
            ("{id: a, length: {column: x, min: 3, max: 2}}", "min is above max"),
            ("{id: a, length: {column: x, min: -1}}", "length.min must be"),
            ("{id: a, references: cc, on: {x: k}}", "there is no dimension 'cc'. Did you mean"),
            ("{id: a, references: c}", "rules[0].on is missing"),
            ("{id: a, references: c, on: {x: kk}}", "'kk' is no key column of the dimension c"),
            ("{id: a, check: x, on: {x: k}}", "'on' goes with references, not with check"),
            ("{id: a, unique: x, nulls: fail}", "'nulls' goes with check and values"),
            ("{id: a, freshness: {column: x, max_age: soon}}", "must be a time such as"),
            ("{id: a, row_count: {min: 1}, where: x}", "row_count about the whole batch"),
            ("{id: a, row_count: {min: 1}, severity: error}", "its severity is warn or fatal"),
            ("{id: a, check: x, fatal_if: \">= 2\"}", "must be \"> 2%\" or \"> 100\""),
            ("{id: a, check: x, warn_if: \"> 101%\"}", "must be \"> 2%\" or \"> 100\""),
        ])
    func rule(list: String, expected: String) {
        let text =
            "transform:\n  dimensions: {c: {from: s.c, key: [k]}}\n"
            + "  facts: {f: {from: s.f, key: [i], date: d, rules: [\(list)]}}"
        let found = problems(minimal(text))
        #expect(found.count >= 1 && found.count <= 2)
        #expect(found.contains { $0.contains(expected) }, "\(found)")
        #expect(found.allSatisfy { $0.hasPrefix("agent.conf:5:") })
    }

    @Test(
        "sections that do not fit together are refused",
        arguments: [
            ("dimensions: {d: {from: d, key: [k]}}", "must be <schema>.<table>"),
            ("dimensions: {d: {from: s.d, key: []}}", "must name at least one column"),
            ("dimensions: {d: {from: s.d, key: [k, k]}}", "holds 'k' twice"),
            ("dimensions: {d: {from: s.d, key: [k], track: [k]}}", "which is part of the key"),
            ("dimensions: {d: {from: s.d, key: [k], deletes: drop}}", "one of close, ignore"),
            ("dimensions: {d: {from: s.d, key: [k], max_delete_percent: 120}}", "percentage"),
            (
                "facts: {f: {from: s.d, key: [k], date: d, max_delete_percent: x}}", "percentage"
            ),
            ("dimensions: {a/b: {from: s.d, key: [k]}}", "cannot name a dimension or fact"),
            ("dimensions: {_d: {from: s.d, key: [k]}}", "cannot name a dimension or fact"),
            (
                "{dimensions: {d: {from: s.d, key: [k]}}, facts: "
                    + "{D: {from: s.d, key: [k], date: t}}}", "the name 'D' is taken"
            ),
            ("one_big_tables: {o: {fact: f}}", "there is no fact 'f'"),
            (
                "{facts: {fact: {from: s.d, key: [k], date: t}}, one_big_tables: "
                    + "{o: {fact: fat}}}", "Did you mean 'fact'?"
            ),
            ("one_big_tables: {o: {fact: f, restate: touchd}}", "Did you mean 'touched'?"),
            ("one_big_tables: {o: {fact: f, restate: window(0d)}}", "window(<days>d)"),
            (
                "{dimensions: {d: {from: s.d, key: [a, b]}}, facts: "
                    + "{f: {from: s.d, key: [k], date: t}}, one_big_tables: "
                    + "{o: {fact: f, join: {d: {on: {x: a}, columns: [y]}}}}}",
                "does not name 'b', part of the key of d"
            ),
            ("marts: {m: {}}", "transform.marts belongs to a later version"),
            ("marts: [m]", "transform.marts belongs to a later version"),
        ])
    func sections(text: String, expected: String) {
        let found = problems(minimal("transform: \n  \(text)"))
        #expect(found.contains { $0.contains(expected) }, "\(found)")
        #expect(found.allSatisfy { $0.hasPrefix("agent.conf:4:") })
    }

    @Test(
        "One Big Tables that do not fit their facts are refused",
        arguments: [
            ("join: {l: {on: [k, n], columns: [t]}}", "joins its own fact"),
            ("join: {o: {on: [k], columns: [t]}}", "does not name 'm', part of the key of o"),
            (
                "join: {o: {on: {k: k, n: x}, columns: [t]}}",
                "'x' is no key column of the fact o"
            ),
            (
                "join: {o: {on: [k, m], columns: [t], version: as_of}}",
                "A fact has one row a key"
            ),
            ("join: {p: {on: [k], columns: [t]}}", "there is no dimension or fact 'p'"),
            ("join: {w: {on: [k], columns: [t]}}", "the fact w has no key to be joined by"),
            ("partition: month", "the One Big Table w has a 'partition' and no date"),
            ("restate: window(3d), date: o_t", "partitioned by the fact's own date"),
            ("columns: {include: [a], exclude: [b]}", "has both include and exclude"),
            ("columns: {exlude: [b]}", "Did you mean 'exclude'?"),
            ("join: {d: {on: [k], columns: [t], version: as_of}}", "and there is none"),
        ])
    func oneBigTables(text: String, expected: String) {
        let facts =
            "{l: {from: s.l, key: [k, n]}, o: {from: s.o, key: [k, m], date: t}, "
            + "w: {from: s.w, key: all}}"
        let found = problems(
            minimal(
                "transform: \n  {dimensions: {d: {from: s.d, key: [k]}}, facts: \(facts), "
                    + "one_big_tables: {w: {fact: l, \(text)}}}"))
        #expect(found.contains { $0.contains(expected) }, "\(found)")
        #expect(found.allSatisfy { $0.hasPrefix("agent.conf:4:") })
    }

    @Test("a table named alone is of the configured schema")
    func schema() throws {
        for (from, schema, table) in [("t", "a.b", "t"), ("a.b.c.d", "a.b", "c.d")] {
            let text =
                "extract: {schema: a.b}\n"
                + "transform: {dimensions: {d: {from: \(from), key: [k]}}}"
            let entity = try configuration(minimal(text)).transform.dimensions[0].entity
            #expect(entity.schema == schema && entity.source == schema + "." + table)
        }
    }
}
