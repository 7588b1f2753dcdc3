//! Views without their types. A page is made of thousands of nested types, and each of them would bring code of its own into the
//! browser part: erased at the edges of components, most of that code exists once.

use std::sync::{Arc, Mutex};

use leptos::{children::ToChildren, prelude::*, tachys::reactive_graph::SharedReactiveFunction};

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

/// A part of a view that is made anew whenever what it reads changes.
pub fn dynamic<T: IntoView + 'static>(mut part: impl FnMut() -> T + Send + 'static) -> SharedReactiveFunction<AnyView> {
    Arc::new(Mutex::new(move || part().erased()))
}

/// A part of a view that waits for values.
pub fn suspended(part: impl FnMut() -> Suspend<AnyView> + Send + 'static) -> SharedReactiveFunction<Suspend<AnyView>> {
    Arc::new(Mutex::new(part))
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
        Self(Arc::new(move || make().erased()))
    }
}

#[cfg(not(feature = "ssr"))]
mod browser {
    //! A view that comes alive at once. Views can also be hydrated step by step, for pages whose code is loaded in parts. Ours
    //! are not, but a type-erased view would bring that code for everything in it: a sixth of the browser part.

    use leptos::{
        attr::Attribute,
        prelude::{AddAnyAttr, Render, RenderHtml},
        tachys::{
            html::attribute::any_attribute::AnyAttribute,
            hydration::Cursor,
            view::{Position, PositionState},
        },
    };

    /// A view that is not hydrated step by step.
    pub struct Prompt<T>(pub T);

    impl<T: Render> Render for Prompt<T> {
        type State = T::State;

        fn build(self) -> Self::State {
            self.0.build()
        }

        fn rebuild(self, state: &mut Self::State) {
            self.0.rebuild(state);
        }
    }

    impl<T: RenderHtml> AddAnyAttr for Prompt<T> {
        type Output<A: Attribute> = Self;

        fn add_any_attr<A: Attribute>(self, _: A) -> Self
        where
            Self::Output<A>: RenderHtml,
        {
            self
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

        fn hydrate<const FROM_SERVER: bool>(self, cursor: &Cursor, position: &PositionState) -> Self::State {
            self.0.hydrate::<FROM_SERVER>(cursor, position)
        }

        fn into_owned(self) -> Self::Owned {
            Prompt(self.0.into_owned())
        }
    }
}
