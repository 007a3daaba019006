use std::time::Duration;

use super::answer::Answer;
use super::peer::{Asked, Peer};
use super::question::{ALL, Question};

/// A peer that no goal names and that is slower than this is asked once.
const PATIENCE: Duration = Duration::from_millis(800);

/// What a peer's answers to one question took.
#[derive(Clone, Debug)]
pub struct Measured {
    /// Who, by its place among the peers.
    pub peer: &'static str,
    /// What was asked.
    pub question: Question,
    /// Milliseconds, one for each round.
    pub times: Vec<f64>,
    /// What is missing in the answer, in the peer's words.
    pub incomplete: Option<String>,
}

/// All times, and in what the peers did not agree.
#[derive(Clone, Debug, Default)]
pub struct Results {
    /// One for each peer and question it can answer.
    pub measured: Vec<Measured>,
    /// In words; empty when all answers are the same.
    pub differences: Vec<String>,
    /// What the first peer answered to each question, in a few words.
    pub answers: Vec<(Question, String)>,
}

/// Asks everybody everything, taking turns within each question; the first peer's answers are compared with the others'.
pub fn ask_all(
    peers: &mut [&mut dyn Peer],
    rounds: usize,
    only: Option<u64>,
) -> Result<Results, String> {
    let mut results = Results::default();
    for round in 0..rounds {
        eprintln!("round {} of {rounds}", round + 1);
        let numbered = (1..).zip(ALL);
        for (_, question) in numbered.filter(|(number, _)| only.is_none_or(|only| only == *number)) {
            let mut first: Option<Answer> = None;
            for (place, peer) in peers.iter_mut().enumerate() {
                let is_goal = place == 0 || question.goal_ratio().0 == peer.name();
                if !is_goal && results.was_slow(peer.name(), question) {
                    continue;
                }
                let Some(asked) = peer.ask(question)? else { continue };
                // An answer that says itself that it is not complete can't be compared, and is told of by itself.
                let answer = asked.incomplete.is_none().then(|| asked.answer.clone());
                if place == 0 {
                    first = answer;
                } else if let Some((first, answer)) = first.as_ref().zip(answer)
                    && round == 0
                {
                    results.compare(first, &answer, peer.name(), question);
                }
                if place == 0 && round == 0 {
                    results.answers.push((question, asked.answer.summary()));
                }
                results.note(peer.name(), question, asked);
            }
        }
    }
    Ok(results)
}

impl Results {
    /// What a peer's answers to a question took.
    pub fn of(&self, peer: &str, question: Question) -> Option<&Measured> {
        self.measured.iter().find(|it| it.peer == peer && it.question == question)
    }

    /// Whether every answer was complete and nobody contradicted.
    pub fn all_right(&self) -> bool {
        self.differences.is_empty() && self.measured.iter().all(|it| it.incomplete.is_none())
    }

    fn was_slow(&self, peer: &str, question: Question) -> bool {
        self.of(peer, question)
            .is_some_and(|it| it.times.iter().any(|ms| *ms > PATIENCE.as_secs_f64() * 1e3))
    }

    fn note(&mut self, peer: &'static str, question: Question, asked: Asked) {
        let ms = asked.took.as_secs_f64() * 1e3;
        let known = self.measured.iter_mut().find(|it| it.peer == peer && it.question == question);
        if let Some(known) = known {
            known.times.push(ms);
            known.incomplete = known.incomplete.take().or(asked.incomplete);
        } else {
            let (times, incomplete) = (vec![ms], asked.incomplete);
            self.measured.push(Measured { peer, question, times, incomplete });
        }
    }

    fn compare(&mut self, first: &Answer, answer: &Answer, peer: &str, question: Question) {
        if let Some(difference) = first.difference(answer) {
            self.differences.push(format!("{}, {peer}: {difference}", question.name()));
        }
    }
}
