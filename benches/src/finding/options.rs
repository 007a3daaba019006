use std::path::PathBuf;

/// What to measure, and on how many lines.
#[derive(Clone, Debug)]
pub struct Options {
    /// Size of the log as text, in MB.
    pub megabytes: u64,
    /// How often everything is asked; tables show medians.
    pub rounds: usize,
    /// Where the log is kept for another run; a temporary directory when it is not.
    pub keep: Option<PathBuf>,
    /// A folder with CSV files of real messages.
    pub messages: Option<PathBuf>,
    /// The Python that has the package `duckdb`.
    pub python: String,
    /// Only Nexolog, without peers and without anybody to check it.
    pub alone: bool,
    /// The number of the only question that is asked.
    pub only: Option<u64>,
    /// How the times grow with the log.
    pub growth: bool,
    /// Measures the memory of a logger on the log kept here; how `store` runs itself.
    pub memory_of: Option<PathBuf>,
}

const USAGE: &str = "use --megabytes N, --rounds N, --keep DIRECTORY, --messages DIRECTORY, --python PROGRAM, --alone, \
                     --only NUMBER, --growth";

impl Options {
    /// Reads the command line.
    pub fn from_args() -> Result<Options, String> {
        let mut options = Options {
            megabytes: 100,
            rounds: 5,
            keep: None,
            messages: None,
            python: "python3".to_owned(),
            alone: false,
            only: None,
            growth: false,
            memory_of: None,
        };
        let mut words = std::env::args().skip(1);
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or(format!("{word} needs a value"));
            match word.as_str() {
                "--megabytes" => options.megabytes = number(&value()?)?.max(20),
                "--rounds" => {
                    options.rounds = usize::try_from(number(&value()?)?.max(1)).unwrap_or(1);
                }
                "--keep" => options.keep = Some(value()?.into()),
                "--messages" => options.messages = Some(value()?.into()),
                "--python" => options.python = value()?,
                "--alone" => options.alone = true,
                "--only" => options.only = Some(number(&value()?)?),
                "--growth" => options.growth = true,
                "--memory-of" => options.memory_of = Some(value()?.into()),
                _ => return Err(format!("{word} is unknown; {USAGE}")),
            }
        }
        Ok(options)
    }
}

fn number(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| format!("{text} is no number"))
}
