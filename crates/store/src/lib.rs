//! Everything Tenure keeps: the ledger of facts, documents, projects, blobs.
