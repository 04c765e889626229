//! Every sentence a person reads, in 简体中文 and English.
