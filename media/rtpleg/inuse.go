package rtpleg

import (
	"errors"
	"syscall"
)

// inUse says that a port belongs to somebody else, and another one may be tried.
func inUse(err error) bool {
	return errors.Is(err, syscall.EADDRINUSE) || errors.Is(err, syscall.EACCES)
}
