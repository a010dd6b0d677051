import Columnar

/// Builds the columns of a checkpoint from actions.
struct CheckpointColumns {
    let schema: Schema

    /// One batch of rows, one action each; commitInfo and unknown actions may not be among them.
    func batch(_ actions: ArraySlice<Action>) -> RecordBatch {
        let columns = schema.fields.map { field -> Column in
            switch field.name {
            case "txn": txn(actions.map { if case .txn(let value) = $0 { value } else { nil } })
            case "add": add(actions.map { if case .add(let value) = $0 { value } else { nil } })
            case "remove":
                remove(actions.map { if case .remove(let value) = $0 { value } else { nil } })
            case "metaData":
                metaData(actions.map { if case .metaData(let value) = $0 { value } else { nil } })
            case "protocol":
                tableProtocol(
                    field.type,
                    actions.map { if case .protocol(let value) = $0 { value } else { nil } })
            default:
                domain(
                    actions.map { if case .domainMetadata(let value) = $0 { value } else { nil } })
            }
        }
        return RecordBatch(schema: schema, columns: columns, count: actions.count)
    }

    private func txn(_ rows: [TransactionIdentifier?]) -> Column {
        structure(
            CheckpointSchema.txn, rows,
            [
                texts(rows.map { $0?.appID }), longs(rows.map { $0?.version }),
                longs(rows.map { $0?.lastUpdated }),
            ])
    }

    private func add(_ rows: [AddFile?]) -> Column {
        structure(
            CheckpointSchema.add, rows,
            [
                texts(rows.map { $0?.path }), maps(rows.map { $0?.partitionValues }),
                longs(rows.map { $0?.sizeBytes }), longs(rows.map { $0?.modificationTime }),
                // A checkpoint is a state, not a change.
                booleans(rows.map { $0 == nil ? nil : false }),
                maps(rows.map { file in file.flatMap { $0.tags.isEmpty ? nil : $0.tags } }),
                texts(rows.map { $0?.stats }),
            ])
    }

    private func remove(_ rows: [RemoveFile?]) -> Column {
        structure(
            CheckpointSchema.remove, rows,
            [
                texts(rows.map { $0?.path }), longs(rows.map { $0?.deletionTimestamp }),
                booleans(rows.map { $0 == nil ? nil : false }),
                booleans(rows.map { $0.map { $0.partitionValues != nil && $0.sizeBytes != nil } }),
                maps(rows.map { $0?.partitionValues ?? nil }),
                longs(rows.map { $0?.sizeBytes }),
            ])
    }

    private func metaData(_ rows: [TableMetadata?]) -> Column {
        let noOptions: [[String: String]?] = rows.map { $0 == nil ? nil : [:] }
        let format = structure(
            CheckpointSchema.format, rows,
            [texts(rows.map { $0 == nil ? nil : "parquet" }), maps(noOptions)])
        return structure(
            CheckpointSchema.metaData, rows,
            [
                texts(rows.map { $0?.id }), texts(rows.map { $0?.name }),
                texts(rows.map { $0?.description }), format,
                texts(rows.map { $0?.schemaString }), lists(rows.map { $0?.partitionColumns }),
                maps(rows.map { $0?.configuration }), longs(rows.map { $0?.createdTime }),
            ])
    }

    private func tableProtocol(_ type: ColumnType, _ rows: [TableProtocol?]) -> Column {
        guard case .structure(let fields) = type else { preconditionFailure("not a structure") }
        let children = fields.map { field in
            switch field.name {
            case "minReaderVersion": integers(rows.map { $0?.minReaderVersion })
            case "minWriterVersion": integers(rows.map { $0?.minWriterVersion })
            case "readerFeatures": lists(rows.map { $0?.readerFeatures })
            default: lists(rows.map { $0?.writerFeatures })
            }
        }
        return structure(fields, rows, children)
    }

    private func domain(_ rows: [DomainMetadata?]) -> Column {
        structure(
            CheckpointSchema.domainMetadata, rows,
            [
                texts(rows.map { $0?.domain }), texts(rows.map { $0?.configuration }),
                booleans(rows.map { $0?.isRemoved }),
            ])
    }

    private func structure<T>(_ fields: [Field], _ rows: [T?], _ children: [Column]) -> Column {
        Column(
            .structure(fields), storage: .structure(children),
            validity: Bitmap(rows.map { $0 != nil }))
    }

    private func texts(_ values: [String?]) -> Column {
        var bytes = ByteVector()
        for value in values { bytes.append((value ?? "").utf8) }
        return Column(.string, storage: .bytes(bytes), validity: Bitmap(values.map { $0 != nil }))
    }

    private func longs(_ values: [Int64?]) -> Column {
        Column(
            .long, storage: .int64(values.map { $0 ?? 0 }),
            validity: Bitmap(values.map { $0 != nil }))
    }

    private func integers(_ values: [Int?]) -> Column {
        Column(
            .integer, storage: .int32(values.map { Int32(clamping: $0 ?? 0) }),
            validity: Bitmap(values.map { $0 != nil }))
    }

    private func booleans(_ values: [Bool?]) -> Column {
        Column(
            .boolean, storage: .bool(values.map { $0 == true ? 1 : 0 }),
            validity: Bitmap(values.map { $0 != nil }))
    }

    private func lists(_ values: [[String]?]) -> Column {
        var offsets: [UInt32] = [0]
        var elements: [String?] = []
        for value in values {
            elements += value ?? []
            offsets.append(UInt32(elements.count))
        }
        return Column(
            CheckpointSchema.textList, storage: .list(offsets: offsets, element: texts(elements)),
            validity: Bitmap(values.map { $0 != nil }))
    }

    private func maps(_ values: [[String: String]?]) -> Column {
        maps(values.map { value -> [String: String?]? in value?.mapValues { $0 } })
    }

    private func maps(_ values: [[String: String?]?]) -> Column {
        var offsets: [UInt32] = [0]
        var keys = ByteVector()
        var items: [String?] = []
        for value in values {
            for (key, item) in (value ?? [:]).sorted(by: { $0.key < $1.key }) {
                keys.append(key.utf8)
                items.append(item)
            }
            offsets.append(UInt32(items.count))
        }
        return Column(
            CheckpointSchema.textMap,
            storage: .map(
                offsets: offsets, key: Column(.string, storage: .bytes(keys)), value: texts(items)),
            validity: Bitmap(values.map { $0 != nil }))
    }
}
