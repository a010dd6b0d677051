#if FUZZER
    import Foundation

    /// What libFuzzer's own `main` calls with each input: the target that FUZZ_TARGET names. It
    /// keeps the inputs that reach new code and changes those.
    @_cdecl("LLVMFuzzerTestOneInput")
    func testOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
        unsafe fuzzed.run(Array(UnsafeBufferPointer(start: bytes, count: count)))
        return 0
    }

    private let fuzzed: FuzzTarget = {
        let name = ProcessInfo.processInfo.environment["FUZZ_TARGET"] ?? ""
        guard let target = FuzzTarget.all.first(where: { $0.name == name }) else {
            fatalError("FUZZ_TARGET names no target: \(name)")
        }
        return target
    }()
#endif
