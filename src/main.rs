//! The program `kentongan`. Everything is in the library.

fn main() -> std::process::ExitCode {
    kentongan::cli::main()
}
