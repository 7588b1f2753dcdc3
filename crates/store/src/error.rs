//! Why a query was not carried out, and what of it may be told.

use sea_orm::{DbErr, SqlErr};

/// What a query returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a query was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Another row has this value, which has to be unique.
    #[error("{field} is already in use")]
    Conflict {
        /// The field as requests name it, such as `username`.
        field: &'static str,
    },
    /// It points to a row that does not exist, such as a server to a deleted group.
    #[error("{field} names something that does not exist")]
    UnknownReference {
        /// The field as requests name it, such as `group_id`.
        field: &'static str,
    },
    /// No active administrator would be left.
    #[error("at least one active administrator has to remain")]
    LastAdmin,
    /// There is no such row.
    #[error("there is no such row")]
    NotFound,
    /// The database refused or failed.
    #[error("the database failed: {0}")]
    Database(#[from] DatabaseError),
}

/// What the database said. It is for the log, never for a client.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct DatabaseError(DbErr);

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        Self::Database(DatabaseError(error))
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        DbErr::Custom(error.to_string()).into()
    }
}

impl Error {
    /// A stored text that this version cannot read, such as a role that it does not know.
    pub(crate) fn unreadable(what: &'static str) -> Self {
        DbErr::Type(format!("a stored {what} cannot be read")).into()
    }
}

impl From<Error> for domain::Error {
    fn from(error: Error) -> Self {
        match error {
            Error::Conflict { field } => Self::conflict(field, "is already in use"),
            Error::UnknownReference { field } => Self::invalid(field, "does not exist"),
            Error::LastAdmin => {
                Self::new(domain::ErrorCode::Conflict, "At least one active administrator has to remain.")
            }
            Error::NotFound => Self::not_found("thing"),
            Error::Database(cause) => {
                tracing::error!(%cause, "the database failed");
                Self::internal()
            }
        }
    }
}

/// Reads a broken rule of uniqueness as a conflict of the field that the broken column or index belongs to.
///
/// `columns` maps a part of the column's or index's name, which both databases put into their message, to the field.
pub(crate) fn conflict(error: DbErr, columns: &[(&str, &'static str)]) -> Error {
    if let Some(SqlErr::UniqueConstraintViolation(message)) = error.sql_err()
        && let Some((_, field)) = columns.iter().find(|(column, _)| message.contains(column))
    {
        return Error::Conflict { field };
    }
    error.into()
}

/// Reads a broken foreign key as a field that names something that does not exist.
pub(crate) fn reference(error: DbErr, field: &'static str) -> Error {
    match error.sql_err() {
        Some(SqlErr::ForeignKeyConstraintViolation(_)) => Error::UnknownReference { field },
        _ => error.into(),
    }
}

#[cfg(test)]
mod tests {
    use domain::ErrorCode;

    use super::*;

    #[test]
    fn a_client_never_hears_what_the_database_said() {
        let error = Error::from(DbErr::Custom("no such column: password_hash".to_owned()));
        assert!(error.to_string().contains("password_hash"));
        assert_eq!(domain::Error::from(error), domain::Error::internal());
    }

    #[test]
    fn each_error_has_its_code() {
        for (error, code) in [
            (Error::Conflict { field: "name" }, ErrorCode::Conflict),
            (Error::UnknownReference { field: "group_id" }, ErrorCode::Invalid),
            (Error::LastAdmin, ErrorCode::Conflict),
            (Error::NotFound, ErrorCode::NotFound),
        ] {
            assert_eq!(domain::Error::from(error).code, code);
        }
    }
}
