import Columnar

extension Column {
    /// The column as `wanted`, when its file's type can be read as that without loss; nil when not.
    ///
    /// Other writers store a `byte` as a plain 32-bit integer, a `timestamp` without its zone flag,
    /// or kept older, narrower files when a column was widened.
    func fitted(to wanted: ColumnType) -> Column? {
        if type == wanted { return self }
        switch (type, wanted, storage) {
        case (.byte, .short, _), (.byte, .integer, _), (.short, .integer, _),
            (.timestamp, .timestampNtz, _), (.timestampNtz, .timestamp, _),
            (.string, .binary, _):
            return Column(wanted, storage: storage, validity: validity)
        case (.integer, .byte, .int32(let values)), (.short, .byte, .int32(let values)):
            return narrowed(wanted, values, to: -128...127)
        case (.integer, .short, .int32(let values)):
            return narrowed(wanted, values, to: -32_768...32_767)
        case (.byte, .long, .int32(let values)), (.short, .long, .int32(let values)),
            (.integer, .long, .int32(let values)):
            return Column(wanted, storage: .int64(values.map { Int64($0) }), validity: validity)
        case (.float, .double, .float(let values)):
            return Column(wanted, storage: .double(values.map { Double($0) }), validity: validity)
        case (.decimal(let precision, let scale), .decimal(let more, let same), _):
            guard scale == same, more >= precision else { return nil }
            return widened(wanted, precision: more)
        case (.structure(let fields), .structure(let wantedFields), .structure(let children)):
            return structure(wanted, fields, wantedFields, children)
        case (.list, .list(let element), .list(let offsets, let child)):
            guard let child = child.fitted(to: element.type) else { return nil }
            return Column(
                wanted, storage: .list(offsets: offsets, element: child), validity: validity)
        case (.map, .map(let keyField, let valueField), .map(let offsets, let key, let value)):
            guard let key = key.fitted(to: keyField.type),
                let value = value.fitted(to: valueField.type)
            else { return nil }
            return Column(
                wanted, storage: .map(offsets: offsets, key: key, value: value),
                validity: validity)
        default: return nil
        }
    }

    private func narrowed(_ wanted: ColumnType, _ values: [Int32], to range: ClosedRange<Int32>)
        -> Column?
    {
        for (row, value) in values.enumerated() where !range.contains(value) {
            if !isNull(row) { return nil }
        }
        return Column(wanted, storage: storage, validity: validity)
    }

    private func widened(_ wanted: ColumnType, precision: Int) -> Column {
        if precision > 18, case .int64(let values) = storage {
            return Column(
                wanted, storage: .int128(values.map { Int128($0) }), validity: validity)
        }
        return Column(wanted, storage: storage, validity: validity)
    }

    /// Children by name; one that the file does not have is NULL.
    private func structure(
        _ wanted: ColumnType, _ fields: [Field], _ wantedFields: [Field], _ children: [Column]
    ) -> Column? {
        var fitted: [Column] = []
        for field in wantedFields {
            if let index = fields.firstIndex(where: { $0.name == field.name }) {
                guard let child = children[index].fitted(to: field.type) else { return nil }
                fitted.append(child)
            } else {
                fitted.append(Column.nulls(field.type, count: count))
            }
        }
        return Column(wanted, storage: .structure(fitted), validity: validity)
    }
}
