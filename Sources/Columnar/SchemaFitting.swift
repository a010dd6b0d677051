import Names

extension RecordBatch {
    /// The rows under another schema: its columns in its order, narrower ones widened, those that
    /// are not here NULL. `misfit` gives what takes the place of a column that does not widen to
    /// the field's type, or throws. O(columns) but for what is widened.
    public func fitted<Failure: Error>(
        to wanted: Schema, misfit: (Field, Column) throws(Failure) -> Column
    ) throws(Failure) -> RecordBatch {
        if wanted == schema { return self }
        var columns: [Column] = []
        for field in wanted.fields {
            guard let column = self[field.name] else {
                columns.append(Column.nulls(field.type, count: count))
                continue
            }
            if column.type == field.type {
                columns.append(column)
            } else if column.type.widens(to: field.type) {
                columns.append(column.widened(to: field.type))
            } else {
                columns.append(try misfit(field, column))
            }
        }
        return RecordBatch(schema: wanted, columns: columns, count: count)
    }

    /// The rows under a schema whose columns are those of this one or wider.
    public func fitted(to wanted: Schema) -> RecordBatch {
        fitted(to: wanted) { field, column in
            preconditionFailure("\(field.name): \(column.type) does not widen to \(field.type)")
        }
    }
}

extension Schema {
    /// What a table of this schema becomes to take rows of `new` as well: columns it lacks are
    /// added behind its own, narrower ones widened, those that `new` lacks stay.
    ///
    /// - Parameters:
    ///   - foldsNames: whether names that readers of a lake may take for one are one column.
    ///   - takesMetadata: whether columns of both get the metadata of `new`.
    ///   - misfit: the type of a column that does not widen from the first field to the second; or
    ///     it throws.
    public func merged<Failure: Error>(
        with new: Schema, foldsNames: Bool = false, takesMetadata: Bool = false,
        misfit: (_ known: Field, _ new: Field) throws(Failure) -> ColumnType
    ) throws(Failure) -> Schema {
        var fields = fields
        for field in new.fields {
            let place =
                foldsNames
                ? fields.firstIndex {
                    ColumnName.folded($0.name) == ColumnName.folded(field.name)
                }
                : Schema(fields).index(of: field.name)
            guard let place else {
                fields.append(field)
                continue
            }
            let known = fields[place]
            if takesMetadata { fields[place].metadata = field.metadata }
            if known.type == field.type { continue }
            fields[place].type =
                known.type.widens(to: field.type) ? field.type : try misfit(known, field)
        }
        return Schema(fields)
    }
}
