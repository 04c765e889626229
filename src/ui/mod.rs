//! One file per thing on screen: its state, its moves, its drawing, its small tests.
