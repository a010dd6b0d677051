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
            let free = room("lake", try storage.freeBytes(""))
            if try !isThere(configuration.lake) {
                // Made by the first run, not by a look at what may be a slip of the pen.
                let finding = Finding(
                    "lake", .warning,
                    "\(configuration.lake) does not exist yet: the first run creates it",
                    hint: "Check that `lake` in \(configuration.file) names the right folder.")
                return [finding, free] + state()
            }
            return [publishing(try storage.probe("")), free] + state()
        } catch {
            return [Finding("lake", Failure(error))] + state()
        }
    }

    /// Whether a folder is there, asked of its parent: listing one that is not gives nothing.
    private func isThere(_ folder: String) throws(StorageError) -> Bool {
        guard let slash = folder.lastIndex(of: "/"), folder.count > 1 else { return true }
        let parent = PosixStorage(root: slash == folder.startIndex ? "/" : String(folder[..<slash]))
        let name = folder[folder.index(after: slash)...]
        return try parent.list("").contains { $0.name == name }
    }

    private func publishing(_ capabilities: StorageCapabilities) -> Finding {
        guard capabilities.canPutIfAbsent else {
            return Finding(
                "lake", .failed,
                "\(configuration.lake) is on a file system without hard links and without rename "
                    + "that keeps what is there: two runs could overwrite each other's commits",
                hint: "Put the lake on ext4, xfs, btrfs or zfs.")
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

    private func room(_ what: String, _ bytes: Int64?) -> Finding {
        guard let bytes else { return Finding("free space", .warning, "not known") }
        let text = "\(Quantity.bytes(bytes)) free for the \(what)"
        guard bytes < LakeCheck.littleBytes else { return Finding("free space", .fine, text) }
        return Finding("free space", .warning, text, hint: "Make room before a first extraction.")
    }

    private func state() -> [Finding] {
        let folder = configuration.state.split(separator: "/", omittingEmptySubsequences: false)
            .dropLast().joined(separator: "/")
        let storage = PosixStorage(root: folder.isEmpty ? "/" : folder)
        do throws(StorageError) {
            if try !isThere(folder.isEmpty ? "/" : folder) {
                let finding = Finding(
                    "state", .warning,
                    "the folder of \(configuration.state) does not exist yet: the first run "
                        + "creates it")
                return [finding, room("state", try storage.freeBytes(""))]
            }
            _ = try storage.probe("")
            return [
                Finding("state", .fine, "\(configuration.state) can be written"),
                room("state", try storage.freeBytes("")),
            ]
        } catch {
            return [Finding("state", Failure(error))]
        }
    }
}
