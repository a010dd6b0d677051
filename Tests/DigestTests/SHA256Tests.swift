import Digest
import Testing

@Suite("SHA-256")
struct SHA256Tests {
    @Test(
        "the published examples of FIPS 180-4 come out",
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
        ])
    func published(text: String, digest: String) {
        #expect(Hexadecimal.text(SHA256.digest(of: Array(text.utf8))) == digest)
    }

    @Test("a million letters in uneven pieces give the published digest")
    func million() {
        let letters = [UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000)
        var hash = SHA256()
        var start = 0
        var length = 0
        while start < letters.count {
            let end = min(letters.count, start + length)
            hash.update(letters[start..<end])
            start = end
            length = (length * 3 + 1) % 7919
        }
        #expect(
            Hexadecimal.text(hash.finish())
                == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    }

    @Test("hexadecimal keeps leading zeros") func hexadecimal() {
        #expect(Hexadecimal.text([0, 0x0F, 0xA0, 0xFF]) == "000fa0ff")
    }
}
