//! Deleting a server, after its name was typed.

use domain::servers::Server;
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::api::delete_server;
use crate::{
    i18n::use_i18n,
    ui::{ConfirmByName, ToastKind, Toasts},
};

/// The dialog.
#[component]
pub fn DeleteServer(
    /// Which server.
    server: Server,
    /// Whether it is open.
    is_open: RwSignal<bool>,
) -> impl IntoView {
    let texts = use_i18n();
    let toasts = expect_context::<Toasts>();
    let navigate = use_navigate();
    let id = server.id;
    let delete = Action::new_local(move |(): &()| delete_server(id));
    let name = StoredValue::new(server.name.clone());
    Effect::new(move |_| {
        if let Some(Ok(())) = delete.value().get() {
            is_open.set(false);
            toasts.show(ToastKind::Done, text!(texts, servers.deleted, name = name.get_value()).to_string());
            navigate("/", NavigateOptions::default());
        }
    });
    let error = Signal::derive(move || delete.value().get().and_then(Result::err).map(|error| error.message(texts)));
    view! {
        <ConfirmByName
            is_open
            title=text!(texts, servers.delete, name = server.name.clone()).to_string()
            detail=text!(texts, servers.delete_detail)
            name=server.name
            error
            is_busy=Signal::derive(move || delete.pending().get())
            on_confirm=move |()| drop(delete.dispatch_local(()))
        />
    }
}
