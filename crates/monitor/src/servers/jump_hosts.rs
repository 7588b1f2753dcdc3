//! Through which servers others may be reached.

use domain::{
    Error, ErrorCode, Result, ServerId,
    servers::{Server, Via},
};

use crate::fleet::board::Board;

/// The server that is meant; `0` means none.
pub(super) fn chosen(jump_host: Option<ServerId>) -> Option<ServerId> {
    jump_host.filter(|id| id.0 != 0)
}

/// Whether a server can be reached through another one.
///
/// # Errors
/// When that one is not watched, is this machine, or is itself reached through the server, or through too many others.
pub(super) fn check(board: &Board, server: Option<ServerId>, jump_host: Option<ServerId>) -> Result<()> {
    let wrong = |what: &str| Err(Error::invalid("jump_host_id", what));
    let mut next = jump_host;
    for _ in 0..::alerts::DEPTH_MAX {
        let Some(id) = next else { return Ok(()) };
        if Some(id) == server {
            return wrong("must not be the server itself or one that is reached through it");
        }
        let Some(entry) = board.get(id) else { return wrong("does not exist") };
        let jump_host = entry.server();
        if jump_host.via == Via::Local {
            return wrong("must be a server that is reached over SSH, not the machine that the monitor runs on");
        }
        next = jump_host.jump_host_id;
    }
    wrong("is itself reached through too many others")
}

/// Whether a server may go, as far as others are concerned.
///
/// # Errors
/// When others are reached through it.
pub(super) fn refuse_while_needed(board: &Board, server: &Server) -> Result<()> {
    let behind: Vec<_> =
        board.all().iter().map(|entry| entry.server()).filter(|other| other.jump_host_id == Some(server.id)).collect();
    let Some(first) = behind.first() else { return Ok(()) };
    let others = match behind.len() - 1 {
        0 => first.name.clone(),
        more => format!("{} and {more} more", first.name),
    };
    let message = format!("{} is the jump host of {others}: have these reached another way first.", server.name);
    Err(Error::new(ErrorCode::Conflict, message))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn board(servers: &[(i64, Option<i64>, Via)]) -> Board {
        let board = Board::default();
        for (id, behind, via) in servers {
            let jump_host_id = behind.map(ServerId);
            board.put(Server { id: ServerId(*id), jump_host_id, via: *via, ..crate::fixture::server() });
        }
        board
    }

    #[test]
    fn a_way_must_not_lead_back_to_where_it_begins() {
        let board = board(&[(1, None, Via::Ssh), (2, Some(1), Via::Ssh), (3, Some(2), Via::Ssh), (4, None, Via::Local)]);
        let check = |server: i64, jump_host: i64| check(&board, Some(ServerId(server)), Some(ServerId(jump_host)));
        assert!(check(9, 3).is_ok());
        for (server, jump_host) in [(1, 1), (1, 3), (2, 3), (9, 4), (9, 8)] {
            assert!(check(server, jump_host).is_err(), "{server} through {jump_host}");
        }
        assert!(super::check(&board, None, None).is_ok());
    }

    #[test]
    fn a_server_stays_as_long_as_others_are_behind_it() {
        let board = board(&[(1, None, Via::Ssh), (2, Some(1), Via::Ssh)]);
        let server = |id: i64| board.get(ServerId(id)).unwrap().server();
        assert!(refuse_while_needed(&board, &server(1)).is_err());
        assert!(refuse_while_needed(&board, &server(2)).is_ok());
    }
}
