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
        case (.byte, .double, .int32(let values)), (.short, .double, .int32(let values)),
            (.integer, .double, .int32(let values)):
            return Column(wanted, storage: .double(values.map { Double($0) }), validity: validity)
        case (.date, .timestampNtz, .int32(let values)):
            let microseconds = values.map { Int64($0) * Timestamp.microsecondsPerDay }
            return Column(wanted, storage: .int64(microseconds), validity: validity)
        case (.byte, .decimal, _): return decimal(wanted, precision: 3, scale: 0)
        case (.short, .decimal, _): return decimal(wanted, precision: 5, scale: 0)
        case (.integer, .decimal, _): return decimal(wanted, precision: 10, scale: 0)
        case (.long, .decimal, _): return decimal(wanted, precision: 20, scale: 0)
        case (.decimal(let precision, let scale), .decimal(let more, let same), _):
            guard scale == same else { return decimal(wanted, precision: precision, scale: scale) }
            guard more >= precision else { return nil }
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

    /// The numbers, of at most `precision` digits with `scale` after the point, as a decimal with
    /// as many before the point and more after it; nil when the wanted one is narrower.
    private func decimal(_ wanted: ColumnType, precision: Int, scale: Int) -> Column? {
        guard case .decimal(let more, let finer) = wanted, finer >= scale,
            more - finer >= precision - scale
        else { return nil }
        let factor = Decimal.powerOfTen(finer - scale)
        let unscaled: [Int128]
        switch storage {
        case .int32(let values): unscaled = values.map { Int128($0) * factor }
        case .int64(let values): unscaled = values.map { Int128($0) * factor }
        case .int128(let values):
            // A value beyond its own precision could leave the type.
            let limit = Decimal.powerOfTen(38) / factor
            guard values.allSatisfy({ $0.magnitude < limit.magnitude }) else { return nil }
            unscaled = values.map { $0 * factor }
        default: return nil
        }
        if more > 18 { return Column(wanted, storage: .int128(unscaled), validity: validity) }
        let narrow = unscaled.map { Int64(truncatingIfNeeded: $0) }
        return Column(wanted, storage: .int64(narrow), validity: validity)
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
