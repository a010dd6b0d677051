import Foundation
public import Storage

/// A folder of a test's own, deleted with the last reference to it.
public final class TemporaryFolder: Sendable {
    public let path: String

    public init() throws {
        let name = "sluice-test-" + UUID().uuidString.lowercased()
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(name)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        path = folder.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// A storage rooted here.
    public var storage: PosixStorage { PosixStorage(root: path) }

    /// The absolute path of a file in the folder.
    public func file(_ name: String) -> String { path + "/" + name }

    /// Writes a file, making its folder.
    public func write(_ name: String, _ text: String) throws {
        let url = URL(fileURLWithPath: file(name))
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
    }

    /// A copy of the folder and all in it.
    public func copy() throws -> TemporaryFolder {
        let copy = try TemporaryFolder()
        try FileManager.default.removeItem(atPath: copy.path)
        try FileManager.default.copyItem(atPath: path, toPath: copy.path)
        return copy
    }

    /// Deletes a file, or a folder with all it holds.
    public func remove(_ name: String) throws {
        try FileManager.default.removeItem(atPath: file(name))
    }

    /// The text of a file.
    public func text(_ name: String) throws -> String {
        try String(contentsOfFile: file(name), encoding: .utf8)
    }

    /// All files below the folder, relative, sorted.
    public func files() -> [String] {
        let all = FileManager.default.enumerator(atPath: path)?.allObjects ?? []
        return all.compactMap { $0 as? String }.filter { name in
            var isFolder: ObjCBool = false
            _ = unsafe FileManager.default.fileExists(
                atPath: file(name), isDirectory: &isFolder)
            return !isFolder.boolValue
        }.sorted()
    }
}
