import Foundation
import Glibc
import Synchronization

/// A TCP relay before a server that lets only so many of the server's bytes through, then breaks
/// the connection or goes silent.
public final class Relay: Sendable {
    public enum Ending: Sendable { case close, silence }

    public let port: Int
    private let listener: Int32
    private let target: Int
    private let ending: Ending
    private let allowance: Mutex<Int>
    private let passed = Mutex(0)

    /// Relays one connection after the other to `target` on loopback.
    public init(to target: Int, byteLimit: Int, ending: Ending) throws {
        self.target = target
        self.ending = ending
        allowance = Mutex(byteLimit)
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        port = try Relay.listen(listener)
        Thread.detachNewThread { self.accept() }
    }

    deinit { close(listener) }

    /// The server's bytes let through so far.
    public var passedByteCount: Int { passed.withLock { $0 } }

    private func accept() {
        while true {
            let client = Glibc.accept(listener, nil, nil)
            guard client >= 0 else { return }
            let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            guard Relay.connect(server, to: target) else {
                close(client)
                close(server)
                continue
            }
            Thread.detachNewThread { self.pump(client, server, isLimited: false) }
            Thread.detachNewThread { self.pump(server, client, isLimited: true) }
        }
    }

    private func pump(_ from: Int32, _ to: Int32, isLimited: Bool) {
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = unsafe recv(from, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            let allowed = isLimited ? take(count) : count
            if allowed > 0 { _ = unsafe send(to, buffer, allowed, Int32(MSG_NOSIGNAL)) }
            if allowed < count {
                if ending == .silence { return }
                break
            }
        }
        shutdown(from, Int32(SHUT_RDWR))
        shutdown(to, Int32(SHUT_RDWR))
    }

    private func take(_ count: Int) -> Int {
        let allowed = allowance.withLock { rest in
            let allowed = min(rest, count)
            rest -= allowed
            return allowed
        }
        passed.withLock { $0 += allowed }
        return allowed
    }

    private static func loopback(_ port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        address.sin_port = UInt16(port).bigEndian
        return address
    }

    private static func listen(_ socket: Int32) throws -> Int {
        let port = try PrivateServer.freePort()
        var address = loopback(port)
        let bound = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard bound == 0, Glibc.listen(socket, 16) == 0 else {
            throw TestFailure("no relay on port \(port)")
        }
        return port
    }

    private static func connect(_ socket: Int32, to port: Int) -> Bool {
        var address = loopback(port)
        return unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe Glibc.connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}
