//! What the record says about people and groups. Pure; later work fills this room.
