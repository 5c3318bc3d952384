//! The server: registry proxy, project views, pages.
