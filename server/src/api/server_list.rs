//! `GET /api/servers`: the list, with search, filter, sort and paging.

use axum::{
    extract::State,
    http::{HeaderName, HeaderValue},
};
use domain::{
    GroupId, TagId,
    fleet::{Filter, SortKey, StateFilter},
    servers::Server,
};
use monitor::{Actor, ListQuery, Monitor};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{ApiError, ApiResult, Json, Query};

/// How many there are in all that fit, beside the page of them.
const TOTAL: HeaderName = HeaderName::from_static("x-total-count");

/// Which servers are wanted, and in which order. What is not given does not narrow.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// Words that all have to be in the name or host, whatever their case.
    search: String,
    /// Only of this group, by its id.
    #[param(value_type = Option<i64>)]
    group: Option<GroupId>,
    /// Only with this tag, by its id.
    #[param(value_type = Option<i64>)]
    tag: Option<TagId>,
    /// Only in this state.
    #[param(inline)]
    status: Option<StateFilter>,
    /// What to sort by.
    #[param(inline)]
    sort: SortKey,
    /// Which way round.
    #[param(inline)]
    order: Order,
    /// At most so many; all when not given.
    limit: Option<u32>,
    /// Leaving out the first so many.
    offset: Option<u32>,
}

/// Which way round a list is sorted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Order {
    /// The natural one of what is sorted by.
    #[default]
    Asc,
    /// The other way round.
    Desc,
}

impl From<Wanted> for ListQuery {
    fn from(wanted: Wanted) -> Self {
        let filter = Filter {
            search: wanted.search,
            group: wanted.group,
            tag: wanted.tag,
            state: wanted.status,
            sort: wanted.sort,
            descending: wanted.order == Order::Desc,
        };
        Self { filter, limit: wanted.limit, offset: wanted.offset }
    }
}

/// The servers that are wanted, as an array; `X-Total-Count` says how many fit without paging.
#[utoipa::path(
    get, path = "/servers", tag = "servers", params(Wanted),
    responses(
        (status = 200, body = Vec<Server>, headers(("X-Total-Count" = u32, description = "All that fit, without paging"))),
        ApiError
    )
)]
pub async fn list_servers(
    State(monitor): State<Monitor>,
    actor: Actor,
    Query(wanted): Query<Wanted>,
) -> ApiResult<([(HeaderName, HeaderValue); 1], Json<Vec<Server>>)> {
    let page = monitor.servers().list(&actor, &wanted.into())?;
    Ok(([(TOTAL, HeaderValue::from(page.total))], Json(page.servers)))
}
