//! Completions for shells, and the man page.

use super::args::Cli;
use super::failure::Failure;
use super::terminal::Terminal;
use clap::CommandFactory;
use clap_complete::Shell;

/// Writes the completion script of `shell` to standard output.
pub fn completions(shell: Shell, terminal: &Terminal) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "stance", &mut script);
    terminal.result(&String::from_utf8_lossy(&script))
}

/// Writes the man page, with every command, to standard output.
pub fn man(terminal: &Terminal) -> Result<(), Failure> {
    let mut page = Vec::new();
    let render = |page: &mut Vec<u8>| -> std::io::Result<()> {
        let command = Cli::command();
        clap_mangen::Man::new(command.clone()).render(page)?;
        for sub in command.get_subcommands().filter(|sub| !sub.is_hide_set()) {
            let name = format!("stance {}", sub.get_name());
            let man = clap_mangen::Man::new(sub.clone().bin_name(name));
            page.extend_from_slice(format!(".SH COMMAND: {}\n", sub.get_name()).as_bytes());
            man.render_description_section(page)?;
            man.render_options_section(page)?;
        }
        Ok(())
    };
    render(&mut page).map_err(|error| Failure::failed(format!("cannot make the page: {error}")))?;
    terminal.result(&String::from_utf8_lossy(&page))
}
