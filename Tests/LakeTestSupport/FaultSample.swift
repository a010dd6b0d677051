import Foundation

/// Which calls the fault loops of this run of the tests let fail. A loop over every call takes
/// minutes, so a run tries a sample whose place is told by a seed: the next run tries others, and
/// `SLUICE_SEED=all`, which `make test-long` sets, tries every call.
public enum FaultSample {
    /// `SLUICE_SEED`, or the time; nil for all of them. Printed once, so that a failure of today
    /// can be had again tomorrow.
    public static let seed: UInt64? = {
        let asked = ProcessInfo.processInfo.environment["SLUICE_SEED"] ?? ""
        if asked == "all" { return nil }
        let seed = UInt64(asked) ?? UInt64(Date().timeIntervalSince1970)
        print("fault loops: SLUICE_SEED=\(seed)")
        return seed
    }()

    /// About `count` of the numbers, evenly spread; with `step` consecutive seeds, each of them is
    /// picked once, where `step` is their count divided by `count`.
    public static func pick(_ numbers: [Int], about count: Int, seed: UInt64? = seed) -> [Int] {
        guard let seed, numbers.count > count else { return numbers }
        let step = numbers.count / count
        let first = Int(seed % UInt64(step))
        return stride(from: first, to: numbers.count, by: step).map { numbers[$0] }
    }
}

extension FaultStorage {
    /// The numbers of the calls made so far at which a fault is one of its own: any call can be
    /// refused, only a write can be torn, and dying before a call that only reads leaves what
    /// dying before the next change leaves.
    public func telling(_ fault: Fault) -> [Int] {
        calls.indices.filter { number in
            switch fault {
            case .refused: true
            case .torn: calls[number].hasPrefix("write ")
            case .answerLost, .crash: isChange(number)
            }
        }
    }

    /// About `count` of the calls made so far, those of this run of the tests (`FaultSample`), at
    /// which `fault` is one of its own.
    public func sample(_ fault: Fault, about count: Int) -> [Int] {
        FaultSample.pick(telling(fault), about: count)
    }
}
