import Glibc
import LakeTestSupport
@testable import Storage
import Testing

@Suite struct StorageErrorTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let number: Int32
        let code: StorageError.Code
        let hint: String?
        var testDescription: String { "errno \(number)" }
    }

    @Test(arguments: [
        Case(number: ENOSPC, code: .noSpace, hint: "Free disk space"),
        Case(number: EDQUOT, code: .noSpace, hint: "quota"),
        Case(number: EACCES, code: .denied, hint: "/lake/x"),
        Case(number: EROFS, code: .readOnly, hint: "read-only"),
        Case(number: ENOENT, code: .notFound, hint: nil),
        Case(number: EEXIST, code: .alreadyExists, hint: nil),
        Case(number: EIO, code: .failed, hint: "dmesg"),
    ])
    func aSystemErrorSaysWhatToDo(_ row: Case) {
        let error = StorageError.system(row.number, "write", "/lake/x")
        #expect(error.code == row.code)
        #expect(error.operation == "write" && error.subject == "/lake/x")
        #expect(error.message.contains("(errno \(row.number))"))
        if let hint = row.hint { #expect(error.hint?.contains(hint) == true) }
    }

    /// The staged file is gone when the error is read, and `df` takes what is there.
    @Test(arguments: [ENOSPC, EACCES, EIO])
    func anErrorNamesWhatIsStillThere(number: Int32) {
        let staged = "/lake/t/" + stagedName(for: "part-1.parquet")
        let error = StorageError.system(number, "write", staged)
        #expect(error.subject == "/lake/t")
        #expect(error.hint?.contains("_staged") == false)
        if number == ENOSPC { #expect(error.hint?.contains("(df /lake/t)") == true) }
        let other = StorageError.system(number, "write", "/lake/t/a.json")
        if number == ENOSPC { #expect(other.hint?.contains("(df /lake/t)") == true) }
        #expect(other.subject == "/lake/t/a.json")
    }

    @Test func aFullDiskLeavesNoFileAndSaysSo() throws {
        let folder = try TemporaryFolder()
        // Calls: put, stage, write.
        let storage = FaultStorage(folder.storage, failing: 2, fault: .torn)
        let error = #expect(throws: StorageError.self) {
            try storage.putIfAbsent("log/1.json", [UInt8](repeating: 7, count: 100))
        }
        #expect(storage.hasFired)
        #expect(error?.code == .noSpace)
        #expect(error?.message.contains("No space left on device") == true)
        #expect(folder.files().isEmpty)
    }

    @Test func aFolderInPlaceOfAFileIsNamed() throws {
        let folder = try TemporaryFolder()
        try folder.storage.replace("file", [])
        let error = #expect(throws: StorageError.self) {
            try folder.storage.putIfAbsent("file/below", [1])
        }
        #expect(error?.subject.contains("file") == true)
        #expect(folder.files() == ["file"])
    }

    @Test func readingWhatIsNotThereSaysNotFound() throws {
        let folder = try TemporaryFolder()
        let error = #expect(throws: StorageError.self) { try folder.storage.read("no/such") }
        #expect(error?.code == .notFound)
        #expect(try folder.storage.entry("no/such") == nil)
    }
}
