#if FUZZER
    /// The driver that the toolchain links with `-sanitize=fuzzer`: it keeps the inputs that reach
    /// new code and changes those.
    enum LibFuzzer {
        private typealias Callback = @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt

        @_silgen_name("LLVMFuzzerRunDriver")
        private static func drive(
            _ count: UnsafeMutablePointer<CInt>,
            _ words: UnsafeMutablePointer<
                UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
            >,
            _ callback: Callback
        ) -> CInt

        nonisolated(unsafe) private static var target: FuzzTarget?

        /// Runs until one of libFuzzer's limits ends it; the process' own words but the target's
        /// name are its options.
        static func run(_ chosen: FuzzTarget) {
            unsafe target = chosen
            var words = unsafe CommandLine.unsafeArgv
            unsafe words[1] = words[0]
            unsafe words += 1
            var count = CommandLine.argc - 1
            _ = unsafe drive(&count, &words) { bytes, count in
                unsafe LibFuzzer.target?.run(
                    Array(UnsafeBufferPointer(start: bytes, count: count)))
                return 0
            }
        }
    }
#endif
