import CommandLine

// `sluice`: reads the command line, does what it asks for, ends with the exit code of DESIGN.md
// section 6.

Interruption.install()
Terminal.exit(Program(arguments: Array(Swift.CommandLine.arguments.dropFirst())).run())
