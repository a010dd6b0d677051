/// The operations on two numbers, by their signs.
enum Arithmetic: String, Sendable {
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case remainder = "%"
    case wholeDivide = "DIV"
}
