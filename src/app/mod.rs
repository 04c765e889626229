//! A seat and what keys do to it. This room never does IO and never reads a clock.
