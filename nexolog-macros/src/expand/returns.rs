use syn::visit_mut::{self, VisitMut};
use syn::{
    AssocType, Attribute, GenericArgument, Ident, PathArguments, PathSegment, ReturnType,
    Signature, Type, TypeParamBound, parse_quote,
};

use crate::args::{Args, Mode};
use crate::item::Function;

/// What a function gives back, as far as it decides how the body is wrapped. Types are those that can be
/// written inside the body: `impl Trait` has become `_`.
pub(super) enum Returns {
    /// An `async fn`.
    Async(Type),
    /// An `async fn` that never returns.
    AsyncNever,
    /// `impl Future<Output = …>`
    OpaqueFuture(Type),
    /// `Pin<Box<dyn Future<Output = …>>>`, or an alias of it.
    BoxedFuture { output: Type, whole: Box<Type> },
    /// `impl Stream<Item = …>`
    OpaqueStream(Type),
    /// `Pin<Box<dyn Stream<Item = …>>>`, or an alias of it.
    BoxedStream { item: Type, whole: Box<Type> },
    /// `impl Trait`: the body can't stand in a closure, whose return type would have no name.
    Opaque,
    /// Anything but a `Result`, given by a `#[track_caller]` function: in a closure it would see itself as its caller.
    Tracked,
    /// Anything else.
    Value(Type),
}

impl Returns {
    pub(super) fn of(function: &Function, args: &Args) -> syn::Result<Returns> {
        let returns = Returns::of_signature(&function.signature, args)?;
        let tracks = |attr: &&Attribute| attr.path().is_ident("track_caller");
        match (function.attrs.iter().find(tracks), returns) {
            (None, returns)
            | (_, returns @ (Returns::Opaque | Returns::Async(_) | Returns::AsyncNever)) => {
                Ok(returns)
            }
            (Some(_), Returns::Value(ty)) if !sounds_like_result(&ty) => Ok(Returns::Tracked),
            (Some(attr), _) => Err(syn::Error::new_spanned(
                attr.path(),
                "the caller can't be tracked into a logged function whose result is looked at: \
                 leave one of the two attributes out",
            )),
        }
    }

    fn of_signature(signature: &Signature, args: &Args) -> syn::Result<Returns> {
        let ty = match &signature.output {
            ReturnType::Default => parse_quote!(()),
            ReturnType::Type(_, ty) => (**ty).clone(),
        };
        if signature.asyncness.is_some() {
            refuse_mode(args)?;
            return Ok(match ty {
                Type::Never(_) => Returns::AsyncNever,
                ty => Returns::Async(nameable(ty)),
            });
        }
        match args.mode {
            Some(Mode::Sync) => Ok(plain(ty)),
            Some(Mode::Future) => Ok(followed(&ty)),
            Some(Mode::Stream) => Ok(followed_stream(&ty)),
            None => detected(ty),
        }
    }

    /// Whether the call ends later than the function, so that it may be cancelled.
    pub(super) fn is_followed(&self) -> bool {
        !matches!(self, Returns::Opaque | Returns::Tracked | Returns::Value(_))
    }

    pub(super) fn is_stream(&self) -> bool {
        matches!(self, Returns::OpaqueStream(_) | Returns::BoxedStream { .. })
    }
}

fn refuse_mode(args: &Args) -> syn::Result<()> {
    match args.first_of(&["sync", "future", "stream"]) {
        Some((name, span)) => {
            let message =
                format!("an `async fn` needs no `{name}`: it is followed to its end anyway");
            Err(syn::Error::new(span, message))
        }
        None => Ok(()),
    }
}

fn plain(ty: Type) -> Returns {
    match ty {
        Type::ImplTrait(_) => Returns::Opaque,
        ty => Returns::Value(nameable(ty)),
    }
}

/// The user says that it is a future.
fn followed(ty: &Type) -> Returns {
    if let Type::ImplTrait(_) = ty {
        return Returns::OpaqueFuture(future_output(ty).unwrap_or_else(|| parse_quote!(_)));
    }
    let output = boxed_output(ty).unwrap_or_else(|| parse_quote!(_));
    Returns::BoxedFuture { output: nameable(output), whole: Box::new(nameable(ty.clone())) }
}

/// The user says that it is a stream.
fn followed_stream(ty: &Type) -> Returns {
    let item = stream_item(ty).or_else(|| boxed_item(ty));
    let item = item.map_or_else(|| parse_quote!(_), nameable);
    match ty {
        Type::ImplTrait(_) => Returns::OpaqueStream(item),
        ty => Returns::BoxedStream { item, whole: Box::new(nameable(ty.clone())) },
    }
}

fn detected(ty: Type) -> syn::Result<Returns> {
    if let Some(name) = doubtful(&ty) {
        let message = format!(
            "`{name}` may be a future; say `future` if it is a boxed one that shall be followed to its end, \
             or `sync` to time only this function"
        );
        return Err(syn::Error::new(name.span(), message));
    }
    if let Some(output) = future_output(&ty) {
        return Ok(Returns::OpaqueFuture(nameable(output)));
    }
    if let Some(output) = boxed_output(&ty) {
        return Ok(Returns::BoxedFuture {
            output: nameable(output),
            whole: Box::new(nameable(ty)),
        });
    }
    if let Some(item) = stream_item(&ty) {
        return Ok(Returns::OpaqueStream(nameable(item)));
    }
    if let Some(item) = boxed_item(&ty) {
        return Ok(Returns::BoxedStream { item: nameable(item), whole: Box::new(nameable(ty)) });
    }
    Ok(plain(ty))
}

fn sounds_like_result(ty: &Type) -> bool {
    last_segment(ty).is_some_and(|last| last.ident.to_string().ends_with("Result"))
}

/// A named type that sounds like a future but can't be looked into.
fn doubtful(ty: &Type) -> Option<&Ident> {
    let name = &last_segment(ty)?.ident;
    let text = name.to_string();
    let known = text == "BoxFuture" || text == "LocalBoxFuture";
    (text.ends_with("Future") && !known).then_some(name)
}

/// `T` of `impl Future<Output = T>`.
fn future_output(ty: &Type) -> Option<Type> {
    match ty {
        Type::ImplTrait(_) => associated(bounds(ty)?, "Future", "Output"),
        _ => None,
    }
}

/// `T` of `impl Stream<Item = T>`.
fn stream_item(ty: &Type) -> Option<Type> {
    match ty {
        Type::ImplTrait(_) => associated(bounds(ty)?, "Stream", "Item"),
        _ => None,
    }
}

/// `T` of `Pin<Box<dyn Future<Output = T>>>` and of `BoxFuture<'_, T>`.
fn boxed_output(ty: &Type) -> Option<Type> {
    let last = last_segment(ty)?;
    if last.ident == "BoxFuture" || last.ident == "LocalBoxFuture" {
        return type_arguments(last).next().cloned();
    }
    associated(bounds(pinned(ty)?)?, "Future", "Output")
}

/// `T` of `Pin<Box<dyn Stream<Item = T>>>` and of `BoxStream<'_, T>`.
fn boxed_item(ty: &Type) -> Option<Type> {
    let last = last_segment(ty)?;
    if last.ident == "BoxStream" || last.ident == "LocalBoxStream" {
        return type_arguments(last).next().cloned();
    }
    associated(bounds(pinned(ty)?)?, "Stream", "Item")
}

/// `T` of `Pin<Box<T>>`.
fn pinned(ty: &Type) -> Option<&Type> {
    let pin = last_segment(ty).filter(|last| last.ident == "Pin")?;
    let boxed = last_segment(type_arguments(pin).next()?).filter(|last| last.ident == "Box")?;
    type_arguments(boxed).next()
}

fn bounds(ty: &Type) -> Option<impl Iterator<Item = &TypeParamBound>> {
    match ty {
        Type::ImplTrait(opaque) => Some(opaque.bounds.iter()),
        Type::TraitObject(object) => Some(object.bounds.iter()),
        _ => None,
    }
}

fn bound_named<'a>(
    mut bounds: impl Iterator<Item = &'a TypeParamBound>,
    name: &str,
) -> Option<&'a PathSegment> {
    bounds.find_map(|bound| match bound {
        TypeParamBound::Trait(bound) => {
            bound.path.segments.last().filter(|last| last.ident == name)
        }
        _ => None,
    })
}

/// `T` of the bound `Trait<Name = T>`.
fn associated<'a>(
    bounds: impl Iterator<Item = &'a TypeParamBound>,
    of: &str,
    name: &str,
) -> Option<Type> {
    let PathArguments::AngleBracketed(arguments) = &bound_named(bounds, of)?.arguments else {
        return None;
    };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::AssocType(AssocType { ident, ty, .. }) if ident == name => {
            Some(ty.clone())
        }
        _ => None,
    })
}

fn last_segment(ty: &Type) -> Option<&PathSegment> {
    match ty {
        Type::Path(path) => path.path.segments.last(),
        Type::Group(inner) => last_segment(&inner.elem),
        Type::Paren(inner) => last_segment(&inner.elem),
        _ => None,
    }
}

fn type_arguments(segment: &PathSegment) -> impl Iterator<Item = &Type> {
    let arguments = match &segment.arguments {
        PathArguments::AngleBracketed(arguments) => Some(&arguments.args),
        _ => None,
    };
    arguments.into_iter().flatten().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

/// The type with every `impl Trait` in it left to inference, since it may not be written in a body.
fn nameable(mut ty: Type) -> Type {
    struct Infer;
    impl VisitMut for Infer {
        fn visit_type_mut(&mut self, ty: &mut Type) {
            match ty {
                Type::ImplTrait(_) => *ty = parse_quote!(_),
                ty => visit_mut::visit_type_mut(self, ty),
            }
        }
    }
    Infer.visit_type_mut(&mut ty);
    ty
}
