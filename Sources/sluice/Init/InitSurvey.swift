import Columnar
import CommandLine
import Extract
import MySQL
import Names
import Profile
import Proposal
import Source
import Storage

/// What `init` asks the source: the catalog, a bounded sample of every table, and whether sampled
/// values are in the tables that names say they refer to.
struct InitSurvey {
    /// Tables up to so many rows may be read whole for a figure.
    static let countedRowsMax: Int64 = 200_000

    private let schema: String
    private let options: ConnectionOptions
    /// Rows of a table that are looked at; 0 for none.
    var sampleRows = 10_000
    /// What of the schema is not taken; known after `proposal()`.
    private(set) var leftOut = LeftOut()

    init(schema: String, options: ConnectionOptions) {
        self.schema = schema
        self.options = options
    }

    mutating func proposal() throws(Failure) -> Proposal {
        let options = options
        let connection = try failing(Failure.init) { () throws(SourceError) in
            try MySQLConnection(options)
        }
        defer { connection.close() }
        let plans = try discover(connection)
        leftOut = try failing(Failure.init) { [schema] () throws(SourceError) in
            try connection.leftOut(schema: schema, includeViews: false)
        }
        let samples = try sample(plans)
        let tables = InitSurvey.tables(plans, samples)
        let references = try asked(ReferenceFinder(tables).references, tables, plans)
        let name = plans.first?.table.schema ?? schema
        let first = Proposal(schema: name, tables: tables, references: references)
        let figures = try figures(first, plans)
        if figures.isEmpty { return first }
        var proposal = Proposal(
            schema: name, tables: tables, references: first.counted(references, figures))
        proposal.figures = figures
        return proposal
    }

    private func sample(_ plans: [TablePlan]) throws(Failure) -> [ByteName: TableSample] {
        if sampleRows == 0 { return [:] }
        var sampler = TableSampler(world)
        sampler.rowMax = sampleRows
        return try failing(Failure.init) { [sampler] () throws(ExtractError) in
            try sampler.sampleAll(plans)
        }
    }

    /// The references with what the sampled rows tell of those that names alone speak for.
    private func asked(
        _ references: [Reference], _ tables: [SeenTable], _ plans: [TablePlan]
    ) throws(Failure) -> [Reference] {
        if sampleRows == 0 { return references }
        let places = Dictionary(
            tables.enumerated().map { (ByteName($1.name), $0) },
            uniquingKeysWith: { first, _ in first })
        var questions: [ReferenceQuestion] = []
        var asking: [Int] = []
        for (index, reference) in references.enumerated() where !reference.isDeclared {
            guard let child = places[ByteName(reference.table)].map({ tables[$0] }),
                let parent = places[ByteName(reference.target)],
                let profile = child[reference.columns[0]]?.profile
            else { continue }
            questions.append(
                ReferenceQuestion(
                    child: profile, parent: plans[parent],
                    parentColumn: reference.targetColumns[0],
                    parentProfile: tables[parent].profile))
            asking.append(index)
        }
        let probe = ReferenceProbe(world)
        let answers = try failing(Failure.init) { [questions] () throws(ExtractError) in
            try probe.probeAll(questions)
        }
        var references = references
        // What nobody could ask has nothing that speaks for it.
        for index in references.indices where !references[index].isDeclared {
            references[index].evidence = ReferenceEvidence(asked: 0, found: 0)
        }
        for ((index, question), answer) in zip(zip(asking, questions), answers) {
            guard let answer else { continue }
            references[index].evidence = InitSurvey.evidence(answer, question)
        }
        return references
    }

    /// A 0 that is a key of the parent is a value like another.
    private static func evidence(
        _ share: ReferenceShare, _ question: ReferenceQuestion
    ) -> ReferenceEvidence {
        let keys = question.parentProfile?.columns[ByteName(question.parentColumn)]
        let hasZero = keys.map { $0.zeros > 0 } ?? false
        let hasEmpty = keys.map { $0.empties > 0 } ?? false
        let asZero = hasZero ? share.zeroRows : 0
        let asEmpty = hasEmpty ? share.emptyRows : 0
        return ReferenceEvidence(
            asked: share.askedRows + asZero + asEmpty, found: share.foundRows + asZero + asEmpty,
            zeroRows: share.zeroRows - asZero, emptyRows: share.emptyRows - asEmpty,
            isParentEmpty: share.parentIsEmpty)
    }

    private func figures(
        _ proposal: Proposal, _ plans: [TablePlan]
    ) throws(Failure) -> [Figure: Int] {
        if sampleRows == 0 { return [:] }
        let byName = Dictionary(
            plans.map { (ByteName($0.table.name), $0) }, uniquingKeysWith: { first, _ in first })
        let figures = proposal.questions(upTo: InitSurvey.countedRowsMax)
        let questions = figures.compactMap { figure in
            byName[figure.table].map { RowCounter.Question($0, where: figure.condition) }
        }
        let counter = RowCounter(world)
        let answers = try failing(Failure.init) { () throws(ExtractError) in
            try counter.countAll(questions)
        }
        var found: [Figure: Int] = [:]
        for (figure, answer) in zip(figures, answers) { found[figure] = answer }
        return found
    }

    private func discover(_ connection: any SourceConnection) throws(Failure) -> [TablePlan] {
        var extract = ExtractOptions()
        extract.schema = schema
        let run = ExtractRun(
            options: extract, selection: TableSelection(), overrides: [:],
            storage: PosixStorage(root: ""), world: world)
        return try failing(Failure.init) { () throws(ExtractError) in
            try run.discover(connection)
        }
    }

    private var world: ExtractWorld {
        let options = options
        return ExtractWorld(
            connect: { () throws(SourceError) in try MySQLConnection(options) },
            now: { Logger.wallClock() }, sleep: { Terminal.sleep(microseconds: $0) },
            isStopping: { Interruption.isRequested }, observer: SilentObserver())
    }

    private static func tables(
        _ plans: [TablePlan], _ samples: [ByteName: TableSample]
    ) -> [SeenTable] {
        let inits = plans.map { InitTable($0) }
        var tables = zip(plans, inits).map { plan, table in
            table.seen(samples[ByteName(plan.table.name)])
        }
        // What a foreign key refers to goes by bronze's names too.
        let byName = Dictionary(
            tables.map { (ByteName($0.name), $0) }, uniquingKeysWith: { first, _ in first })
        for index in tables.indices {
            for (number, key) in tables[index].foreignKeys.enumerated() {
                guard let target = byName[ByteName(key.table)] else { continue }
                tables[index].foreignKeys[number].referencedColumns =
                    key.referencedColumns.map { name in
                        target.columns.first { $0.sourceName.isSame(as: name) }?.name ?? name
                    }
            }
        }
        return tables
    }
}
