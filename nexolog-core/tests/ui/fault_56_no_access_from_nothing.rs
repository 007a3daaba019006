use nexolog_core::Nexolog;

fn routes(logs: &Nexolog) {
    drop(logs.routes::<()>(None));
}

fn main() {}
