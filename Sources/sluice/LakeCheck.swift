import CommandLine
import Config
import Storage

/// Looks at the lake and the state file: can they be written, is there room.
struct LakeCheck {
    private let configuration: Configuration

    init(_ configuration: Configuration) { self.configuration = configuration }

    /// Less than this is worth a warning.
    private static let littleBytes: Int64 = 2 << 30

    func findings() -> [Finding] {
        let storage = PosixStorage(root: configuration.lake)
        do throws(StorageError) {
            try storage.makeFolder("")
            return [publishing(try storage.probe("")), room(try storage.freeBytes("")), state()]
        } catch {
            return [Finding("lake", Failure(error)), state()]
        }
    }

    private func publishing(_ capabilities: StorageCapabilities) -> Finding {
        guard capabilities.canPutIfAbsent else {
            return Finding(
                "lake", .failed,
                "\(configuration.lake) is on a file system without hard links and without rename "
                    + "that keeps what is there: two runs could overwrite each other's commits",
                hint: "put the lake on ext4, xfs, btrfs or zfs")
        }
        let ways = [
            capabilities.hasHardLinks ? "hard links" : nil,
            capabilities.hasRenameWithoutReplacing ? "rename without replacing" : nil,
        ]
        return Finding(
            "lake", .fine,
            "\(configuration.lake) can be written, commits are atomic by "
                + ways.compactMap { $0 }.joined(separator: " and "))
    }

    private func room(_ bytes: Int64?) -> Finding {
        guard let bytes else { return Finding("free space", .warning, "not known") }
        let text = "\(Quantity.bytes(bytes)) free"
        guard bytes < LakeCheck.littleBytes else { return Finding("free space", .fine, text) }
        return Finding("free space", .warning, text, hint: "make room before a first extraction")
    }

    private func state() -> Finding {
        let folder = configuration.state.split(separator: "/", omittingEmptySubsequences: false)
            .dropLast().joined(separator: "/")
        let storage = PosixStorage(root: folder.isEmpty ? "/" : folder)
        do throws(StorageError) {
            try storage.makeFolder("")
            _ = try storage.probe("")
            return Finding("state", .fine, "\(configuration.state) can be written")
        } catch {
            return Finding("state", Failure(error))
        }
    }
}
