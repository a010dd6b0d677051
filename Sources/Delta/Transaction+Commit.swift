import Columnar
import Storage

extension Transaction {
    /// Publishes the changes as the next version that is free.
    ///
    /// - Parameters:
    ///   - operation: `WRITE`, `CREATE TABLE`, `DELETE`…
    ///   - parameters: its parameters; structured ones as JSON text.
    ///   - metrics: figures about it, as texts.
    /// - Returns: the version, or the conflict with the writer that was first.
    /// - Throws: `.appendOnly`, `.unsupported`, `.schema` before anything is written; `.storage`
    ///   when the log cannot be written and the commit is known not to stand.
    ///
    /// Every `delta.checkpointInterval` versions a checkpoint and the log's cleanup follow; if
    /// they fail the commit stands and `upkeepFailure` says why.
    public func commit(
        operation: String, parameters: [String: String] = [:], metrics: [String: String] = [:]
    ) throws(DeltaError) -> CommitOutcome {
        try check()
        // The files that the commit is about to name outlast a power failure before it does.
        if !adds.isEmpty {
            try storing { () throws(StorageError) in try table.storage.sync(table.path) }
        }
        var version = (snapshot?.version ?? -1) + 1
        let transactionID = UniqueID.text()
        let check = conflictCheck
        let figures = fileMetrics.merging(metrics) { $1 }
        var latest = snapshot?.timestamp ?? 0
        for lostRaces in 0..<max(1, attemptLimit) {
            let timestamp = max(WallClock.milliseconds(), latest + 1)
            let info = CommitInfo(
                timestamp: timestamp, operation: operation, operationParameters: parameters,
                operationMetrics: figures, readVersion: snapshot?.version,
                isolationLevel: "WriteSerializable", isBlindAppend: isBlindAppend,
                engineInfo: engineInfo, txnID: transactionID, userMetadata: userMetadata)
            switch try put(version, text(info, timestamp, version), transactionID) {
            case .created:
                var committed = CommittedVersion(
                    version: version, timestamp: timestamp, lostRaces: lostRaces)
                committed.upkeepFailure = upkeep(after: version)
                return .committed(committed)
            case .alreadyExists:
                // Everything the winners did is looked at before the next try.
                repeat {
                    let winner = try table.actions(ofCommit: version)
                    latest = max(latest, winner.commitInfo?.timestamp ?? 0)
                    if let conflict = check.conflict(with: winner, version: version) {
                        return .conflicted(conflict)
                    }
                    version += 1
                } while try storing { () throws(StorageError) in
                    try table.storage.exists(commitPath(version))
                }
            }
        }
        return .conflicted(
            CommitConflict(
                reason: .tooManyAttempts, version: version - 1,
                message: "other writers took \(attemptLimit) versions one after the other"))
    }

    /// What every commit can tell of itself, by Spark's names; nothing when no file comes or goes.
    private var fileMetrics: [String: String] {
        var metrics: [String: String] = [:]
        if !adds.isEmpty {
            metrics["numFiles"] = String(adds.count)
            metrics["numOutputBytes"] = String(addedBytes)
            let counts = adds.compactMap(\.rowCount)
            if counts.count == adds.count {
                metrics["numOutputRows"] = String(counts.reduce(0) { $0 &+ $1 })
            }
        }
        if !removes.isEmpty {
            metrics["numRemovedFiles"] = String(removes.count)
            let sizes = removes.compactMap(\.sizeBytes)
            if sizes.count == removes.count {
                metrics["numRemovedBytes"] = String(sizes.reduce(0) { $0 &+ $1 })
            }
        }
        return metrics
    }

    /// One put. After an answer that leaves open whether the commit stands (a failure, or a name
    /// taken perhaps by a first try of the storage itself) the log is asked: our own commit is
    /// told by its txnId.
    private func put(_ version: Int64, _ text: [UInt8], _ transactionID: String)
        throws(DeltaError) -> PutOutcome
    {
        var failure: DeltaError?
        do {
            if try table.storage.putIfAbsent(commitPath(version), text) == .created {
                return .created
            }
        } catch {
            failure = DeltaError(error)
        }
        let actions: [Action]
        do { actions = try table.actions(ofCommit: version) } catch { throw failure ?? error }
        return actions.commitInfo?.txnID == transactionID ? .created : .alreadyExists
    }

    private func commitPath(_ version: Int64) -> String {
        table.logFolder + "/" + LogName.commitName(version)
    }

    private func text(_ info: CommitInfo, _ timestamp: Int64, _ version: Int64) -> [UInt8] {
        var text: [UInt8] = []
        Action.commitInfo(info).append(to: &text)
        if let tableProtocol { Action.protocol(tableProtocol).append(to: &text) }
        if let metadata { Action.metaData(metadata).append(to: &text) }
        for (appID, version) in identifiers.sorted(by: { $0.key < $1.key }) {
            Action.txn(
                TransactionIdentifier(appID: appID, version: version, lastUpdated: timestamp)
            ).append(to: &text)
        }
        for file in removes { Action.remove(file).append(to: &text) }
        for file in placed(version) { Action.add(file).append(to: &text) }
        return text
    }

    /// The files to add, with the tags that depend on the version.
    private func placed(_ version: Int64) -> [AddFile] {
        guard let fileTags else { return adds }
        var place = 0
        return adds.map { file in
            guard file.dataChange else { return file }
            defer { place += 1 }
            var file = file
            file.tags.merge(fileTags(file, version, place)) { $1 }
            return file
        }
    }

    private var conflictCheck: ConflictCheck {
        ConflictCheck(
            reads: effectiveReads, changesMetadata: metadata != nil && snapshot != nil,
            createsTable: snapshot == nil, appIDs: Set(identifiers.keys),
            removedPaths: Set(removes.map(\.path)), domains: [])
    }

    /// What must hold before anything is written.
    private func check() throws(DeltaError) {
        if let snapshot {
            try ProtocolSupport.checkWriting(snapshot)
        } else if metadata == nil {
            throw DeltaError(
                .notATable, operation: "commit", subject: table.path,
                message: "there is no table, and the transaction does not create one",
                hint: "Create the table first.")
        }
        if mustReplaceAllFiles, removes.count != snapshot?.files.count {
            throw DeltaError(
                .schema, operation: "commit", subject: table.path,
                message: "the new schema does not fit files that would stay")
        }
        let configuration = (metadata ?? snapshot?.metadata)?.configuration ?? [:]
        if !isHealing, ProtocolSupport.isAppendOnly(configuration),
            removes.contains(where: { $0.dataChange })
        {
            throw DeltaError(
                .appendOnly, operation: "commit", subject: table.path,
                message: "the table only takes appends, and the transaction removes rows",
                hint: "Unset delta.appendOnly if its rows may be removed.")
        }
        try checkFiles()
        // Rows on top of a gap would look like a whole table.
        try snapshot?.checkFilesAreThere(leaving: Set(removes.map(\.path)))
    }

    private func checkFiles() throws(DeltaError) {
        let columns = Set((metadata ?? snapshot?.metadata)?.partitionColumns ?? [])
        var paths: Set<String> = []
        for file in adds {
            if Set(file.partitionValues.keys) != columns {
                throw wrong(file.path, "its partition values are not those of the table's columns")
            }
            if !paths.insert(file.path).inserted { throw wrong(file.path, "it is added twice") }
        }
        paths = []
        for file in removes {
            guard snapshot?.state.contains(file.key) == true else {
                throw wrong(file.path, "it is removed but not part of the version read")
            }
            if !paths.insert(file.path).inserted { throw wrong(file.path, "it is removed twice") }
        }
    }

    private func wrong(_ path: String, _ message: String) -> DeltaError {
        DeltaError(.value, operation: "commit", subject: path, message: message)
    }
}

extension [Action] {
    /// What the commit says about itself, if it does.
    fileprivate var commitInfo: CommitInfo? {
        for case .commitInfo(let info) in self { return info }
        return nil
    }
}
