/// A text of a block on its way to its code in a `StringDictionary`.
@unsafe struct SoughtText {
    /// What it is compared by.
    var key: StringDictionary.Key
    var hash: Int
    var start: UnsafeRawPointer
    var length: Int
    /// The row within the block.
    var row: Int
}

/// Room for the texts of one column of a block, used for one column after the other, so that it
/// stays in the processor's first-level cache.
@safe final class SoughtTexts {
    private(set) var texts: UnsafeMutablePointer<SoughtText>
    /// Indices into `texts`.
    private(set) var missed: UnsafeMutablePointer<Int>
    private var capacity = 256

    init() {
        unsafe texts = .allocate(capacity: capacity)
        unsafe missed = .allocate(capacity: capacity)
    }

    deinit {
        unsafe texts.deallocate()
        unsafe missed.deallocate()
    }

    /// Makes room for `count` texts; what was there is lost.
    func reserve(_ count: Int) {
        guard count > capacity else { return }
        unsafe texts.deallocate()
        unsafe missed.deallocate()
        capacity = count
        unsafe texts = .allocate(capacity: count)
        unsafe missed = .allocate(capacity: count)
    }
}
