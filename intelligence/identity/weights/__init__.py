"""What evidence weighs: levels of pairs, the learned model, scores; blocks worth it."""
