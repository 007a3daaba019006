use nexolog_core::Access;

fn by_default<T: Default>() {}

fn main() {
    by_default::<Access>();
}
