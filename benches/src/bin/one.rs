use nexolog_benches::clocks::process_cpu;
use nexolog_benches::finding::{Api, Peer, Question};
use nexolog_benches::stored::{Facts, House, Logger};
use std::time::Instant;

fn main() {
    let mut args = std::env::args().skip(1);
    let house = House::open(Some(args.next().unwrap().as_ref())).unwrap();
    let rounds: u32 = args.next().unwrap().parse().unwrap();
    let wanted: Vec<usize> = args.map(|n| n.parse().unwrap()).collect();
    let facts = Facts::read(&house.facts()).unwrap();
    let logger = Logger::open(&house.logs());
    let mut api = Api::new(&logger, &facts);
    let all = [
        Question::RequestId, Question::AbsentId, Question::RareWords, Question::CommonWords, Question::Hour,
        Question::Counts, Question::Timeline, Question::Percentiles, Question::FoldedWord, Question::Substring,
    ];
    for n in wanted {
        let q = all[n - 1];
        api.ask(q).unwrap();
        let cpu = process_cpu();
        let mut least = f64::MAX;
        for _ in 0..rounds {
            let start = Instant::now();
            api.ask(q).unwrap();
            least = least.min(start.elapsed().as_secs_f64() * 1e3);
        }
        let cpu = (process_cpu() - cpu).as_secs_f64() * 1e3 / f64::from(rounds);
        println!("{}: cpu {cpu:.3} ms, least wall {least:.3} ms", q.name());
    }
}
