// Package attachment keeps files that belong to an object of the call-back
// work: a slip, a case, a visit, a record (Rules C-17, C-19, C-26). What a file
// is, is judged by its first bytes and never by its name; it is stored with its
// SHA-256, and neither altered nor deleted (Rule T-02); every download is in the
// audit log before the first byte leaves (Rule S-01).
//
// It does not know what the objects are: whether somebody may look at the files
// of one, or add to them, is asked of the [Gate] of its kind, which the packages
// that own the objects give. It starts no goroutine.
package attachment
