/// How a leaf column is stored, for judging which readers can take a file.
public struct ColumnLayout: Hashable, Sendable {
    /// A way of storing that some readers lack.
    public enum Trait: String, Hashable, Sendable, CaseIterable {
        /// The 12-byte timestamp of old writers.
        case int96
        /// Integers without a sign.
        case unsigned
        /// Times in nanoseconds.
        case nanoseconds
        /// Values by codes of a dictionary.
        case dictionary
        /// Codecs beyond none, Snappy, gzip and zstd.
        case rareCodec
        /// Value encodings beyond PLAIN and dictionary codes.
        case newerEncoding
    }

    /// Names from the top-level column to the leaf.
    public var path: [String]
    /// What of its storage some readers lack.
    public var traits: Set<Trait>
}

extension FileReader {
    /// The layout of every leaf column, over all row groups. From the footer alone.
    public var columnLayouts: [ColumnLayout] {
        var layouts = metadata.schema.filter { $0.type != nil }.map { element in
            ColumnLayout(path: [element.name], traits: FileReader.traits(element))
        }
        for group in metadata.rowGroups {
            for (index, chunk) in group.columns.enumerated() where index < layouts.count {
                guard let data = chunk.metaData else { continue }
                layouts[index].path = data.pathInSchema
                layouts[index].traits.formUnion(FileReader.traits(data))
            }
        }
        return layouts
    }

    private static func traits(_ element: SchemaElement) -> Set<ColumnLayout.Trait> {
        var traits: Set<ColumnLayout.Trait> = []
        if element.type == .int96 { traits.insert(.int96) }
        switch (element.logicalType, element.convertedType) {
        case (.integer(_, false), _), (nil, .uint8), (nil, .uint16), (nil, .uint32), (nil, .uint64):
            traits.insert(.unsigned)
        case (.timestamp(_, .nanos), _), (.time(_, .nanos), _): traits.insert(.nanoseconds)
        default: break
        }
        return traits
    }

    private static func traits(_ data: ColumnMetaData) -> Set<ColumnLayout.Trait> {
        var traits: Set<ColumnLayout.Trait> = []
        let dictionary: Set<Encoding> = [.plainDictionary, .rleDictionary]
        let levels: Set<Encoding> = [.rle, .bitPacked, .plain]
        if (data.dictionaryPageOffset ?? 0) > 0 || !dictionary.isDisjoint(with: data.encodings) {
            traits.insert(.dictionary)
        }
        if data.encodings.contains(where: { !dictionary.contains($0) && !levels.contains($0) }) {
            traits.insert(.newerEncoding)
        }
        if ![.uncompressed, .snappy, .gzip, .zstd].contains(data.codec) {
            traits.insert(.rareCodec)
        }
        return traits
    }
}
