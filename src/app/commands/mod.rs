//! Commands are declared in files and bound to actions; nothing else decides what people may type.
