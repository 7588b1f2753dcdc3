//! Controls of a form and the signals that they stand for.

use leptos::{html, html::ElementType, prelude::*};
use wasm_bindgen::JsCast;

/// Has a field of one line and its text be the same.
pub fn follow_text(input: NodeRef<html::Input>, text: RwSignal<String>) {
    follow(input, text, |input| typed(input.value()), |input, text| input.set_value(text));
}

/// Has a field of several lines and its text be the same.
pub fn follow_area(area: NodeRef<html::Textarea>, text: RwSignal<String>) {
    follow(area, text, |area| typed(area.value()), |area, text| area.set_value(text));
}

/// Has a box and whether it is ticked be the same.
pub fn follow_tick(input: NodeRef<html::Input>, is_ticked: RwSignal<bool>) {
    follow(input, is_ticked, |input| Some(input.checked()), |input, is_ticked| input.set_checked(*is_ticked));
}

fn typed(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

/// What was entered before the page came alive is taken over; from then on the control follows what comes from outside.
fn follow<E, T>(control: NodeRef<E>, value: RwSignal<T>, read: fn(&E::Output) -> Option<T>, write: fn(&E::Output, &T))
where
    E: ElementType + 'static,
    E::Output: JsCast + Clone + 'static,
    T: Default + Clone + PartialEq + Send + Sync + 'static,
{
    Effect::new(move |ran: Option<bool>| {
        let (Some(control), wanted) = (control.get(), value.get()) else { return false };
        let entered = read(&control);
        if ran == Some(true) {
            if entered.unwrap_or_default() != wanted {
                write(&control, &wanted);
            }
        } else if let Some(entered) = entered
            && entered != wanted
        {
            value.set(entered);
        }
        true
    });
}
