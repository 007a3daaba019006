use nexolog_core::Nexolog;

fn routes(logs: &Nexolog) {
    drop(logs.routes::<()>());
}

fn main() {}
