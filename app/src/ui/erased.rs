//! Views without their types. A page is made of thousands of nested types, and each of them would bring code of its own into the
//! browser part: erased at the edges of components, most of that code exists once.

use std::sync::Arc;

use leptos::{children::ToChildren, prelude::*};

/// Takes a view's type away.
pub trait Erase {
    /// The same view without its type.
    fn erased(self) -> AnyView;
}

#[cfg(feature = "ssr")]
impl<T: IntoView + 'static> Erase for T {
    fn erased(self) -> AnyView {
        self.into_any()
    }
}

#[cfg(not(feature = "ssr"))]
impl<T: IntoView + 'static> Erase for T {
    fn erased(self) -> AnyView {
        browser::Prompt(self).into_any()
    }
}

/// What stands inside a component, made once.
pub struct Slot(Box<dyn FnOnce() -> AnyView + Send>);

impl Slot {
    /// The contents.
    pub fn view(self) -> AnyView {
        (self.0)()
    }
}

impl<F, T> ToChildren<F> for Slot
where
    F: FnOnce() -> T + Send + 'static,
    T: IntoView + 'static,
{
    fn to_children(make: F) -> Self {
        Self(Box::new(move || make().erased()))
    }
}

/// What stands inside a component, made as often as it is shown.
#[derive(Clone)]
pub struct SlotFn(Arc<dyn Fn() -> AnyView + Send + Sync>);

impl SlotFn {
    /// The contents.
    pub fn view(&self) -> AnyView {
        (self.0)()
    }
}

impl<F, T> ToChildren<F> for SlotFn
where
    F: Fn() -> T + Send + Sync + 'static,
    T: IntoView + 'static,
{
    fn to_children(make: F) -> Self {
        Self::from(make)
    }
}

impl<F, T> From<F> for SlotFn
where
    F: Fn() -> T + Send + Sync + 'static,
    T: IntoView + 'static,
{
    fn from(make: F) -> Self {
        Self(Arc::new(move || make().erased()))
    }
}

impl Default for SlotFn {
    fn default() -> Self {
        Self(Arc::new(|| ().erased()))
    }
}

#[cfg(not(feature = "ssr"))]
mod browser {
    //! A view that comes alive at once and is replaced rather than compared.
    //!
    //! Views can also be hydrated step by step, for pages whose code is loaded in parts, and compared with their next version,
    //! for pages that are described anew at each change. Ours are neither: what changes in a page changes by a signal of its
    //! own. But a type-erased view brings the code for both, for everything in it: a third of the browser part.

    use std::future::{Future, ready};

    use leptos::{
        attr::Attribute,
        prelude::{AddAnyAttr, Mountable, Render, RenderHtml},
        tachys::{
            html::attribute::any_attribute::AnyAttribute,
            hydration::Cursor,
            renderer::types::{Element, Node},
            view::{Position, PositionState},
        },
    };

    /// A view with a short way to life.
    pub struct Prompt<T>(pub T);

    /// What stands in the page for it.
    pub struct Standing<S>(S);

    impl<T: RenderHtml> Render for Prompt<T> {
        type State = Standing<T::State>;

        fn build(self) -> Self::State {
            Standing(self.0.build())
        }

        fn rebuild(self, state: &mut Self::State) {
            // What puts nothing into the page has no place to put a successor either.
            if !T::EXISTS {
                return self.0.rebuild(&mut state.0);
            }
            let mut next = self.build();
            state.insert_before_this(&mut next);
            state.unmount();
            *state = next;
        }
    }

    impl<S: Mountable> Mountable for Standing<S> {
        fn unmount(&mut self) {
            self.0.unmount();
        }

        fn mount(&mut self, parent: &Element, marker: Option<&Node>) {
            self.0.mount(parent, marker);
        }

        fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
            self.0.insert_before_this(child)
        }

        // Asked for only where attributes are handed down to a component, which these never are.
        fn elements(&self) -> Vec<Element> {
            Vec::new()
        }
    }

    impl<T: RenderHtml> AddAnyAttr for Prompt<T> {
        type Output<A: Attribute> = Prompt<T::Output<A>>;

        fn add_any_attr<A: Attribute>(self, attribute: A) -> Self::Output<A>
        where
            Self::Output<A>: RenderHtml,
        {
            Prompt(self.0.add_any_attr(attribute))
        }
    }

    impl<T: RenderHtml> RenderHtml for Prompt<T> {
        type AsyncOutput = T::AsyncOutput;
        type Owned = Prompt<T::Owned>;

        const MIN_LENGTH: usize = T::MIN_LENGTH;
        const EXISTS: bool = T::EXISTS;

        fn dry_resolve(&mut self) {
            self.0.dry_resolve();
        }

        async fn resolve(self) -> Self::AsyncOutput {
            self.0.resolve().await
        }

        fn to_html_with_buf(
            self,
            buf: &mut String,
            position: &mut Position,
            escape: bool,
            mark_branches: bool,
            extra_attrs: Vec<AnyAttribute>,
        ) {
            self.0.to_html_with_buf(buf, position, escape, mark_branches, extra_attrs);
        }

        #[inline(never)]
        fn hydrate<const FROM_SERVER: bool>(self, cursor: &Cursor, position: &PositionState) -> Self::State {
            Standing(self.0.hydrate::<FROM_SERVER>(cursor, position))
        }

        fn hydrate_async(self, cursor: &Cursor, position: &PositionState) -> impl Future<Output = Self::State> {
            ready(self.hydrate::<true>(cursor, position))
        }

        fn into_owned(self) -> Self::Owned {
            Prompt(self.0.into_owned())
        }
    }
}
