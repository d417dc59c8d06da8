//! How a command fails: a message, and an exit code.

use std::fmt;

/// Why a command ended without its result.
#[derive(Debug)]
pub enum Failure {
    /// Wrong usage that the parser could not see: exit code 2.
    Usage(String),
    /// Anything else: exit code 1.
    Failed(String),
    /// Whoever read our output has closed the pipe; that is their right.
    BrokenPipe,
}

impl Failure {
    /// Wrong usage.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::Usage(message.into())
    }

    /// A failure.
    pub fn failed(message: impl Into<String>) -> Self {
        Self::Failed(message.into())
    }

    /// The same failure with more behind its message.
    #[must_use]
    pub fn with(self, more: &str) -> Self {
        match self {
            Self::Usage(message) => Self::Usage(message + more),
            Self::Failed(message) => Self::Failed(message + more),
            Self::BrokenPipe => Self::BrokenPipe,
        }
    }

    pub fn is_broken_pipe(&self) -> bool {
        matches!(self, Self::BrokenPipe)
    }

    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Usage(_) => 2,
            Self::Failed(_) => 1,
            Self::BrokenPipe => 0,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(message) | Self::Failed(message) => f.write_str(message),
            Self::BrokenPipe => f.write_str("the reader of the output is gone"),
        }
    }
}

impl std::error::Error for Failure {}

impl From<stance::io::Error> for Failure {
    fn from(error: stance::io::Error) -> Self {
        if error.is_broken_pipe() {
            return Self::BrokenPipe;
        }
        // Of a table that was made while it was read.
        match error {
            stance::io::Error::Read { source, .. }
                if source.get_ref().is_some_and(|inner| inner.is::<Self>()) =>
            {
                let inner = source.into_inner().and_then(|inner| inner.downcast().ok());
                inner.map_or(Self::BrokenPipe, |inner| *inner)
            }
            error => Self::Failed(error.to_string()),
        }
    }
}

impl From<stance::model::ModelError> for Failure {
    fn from(error: stance::model::ModelError) -> Self {
        Self::Failed(error.to_string())
    }
}

impl From<stance::model::TrainingError> for Failure {
    fn from(error: stance::model::TrainingError) -> Self {
        Self::Failed(error.to_string())
    }
}

impl From<stance::check::CheckError> for Failure {
    fn from(error: stance::check::CheckError) -> Self {
        Self::Failed(error.to_string())
    }
}

impl From<stance::io::PredictionError> for Failure {
    fn from(error: stance::io::PredictionError) -> Self {
        match error {
            stance::io::PredictionError::Read(error) => error.into(),
            other => Self::Failed(other.to_string()),
        }
    }
}
