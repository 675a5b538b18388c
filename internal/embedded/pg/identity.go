package pg

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// identity says under which user the server runs: PostgreSQL refuses root.
type identity struct {
	uid, gid int  // owner of the directories
	mapped   bool // run in a user namespace in which we are not root
}

// choose picks the user postgres when root may hand the directories to it, and
// a user namespace otherwise, or when the data were made in one.
func choose(dir string) (identity, error) {
	if os.Getuid() != 0 {
		return identity{uid: os.Getuid(), gid: os.Getgid()}, nil
	}
	if owner, err := ownerOf(dir); err == nil && owner == 0 {
		return identity{mapped: true}, nil
	}
	if u, err := user.Lookup("postgres"); err == nil && traversable(dir) {
		uid, _ := strconv.Atoi(u.Uid)
		gid, _ := strconv.Atoi(u.Gid)
		return identity{uid: uid, gid: gid}, nil
	}
	return identity{mapped: true}, nil
}

// mustOwn refuses an existing data directory of somebody else: PostgreSQL runs
// only on its own, and taking it over would lock its owner out.
func (id identity) mustOwn(data string) error {
	owner, err := ownerOf(data)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("look at the data directory: %w", err)
	}
	if owner == id.uid {
		return nil
	}
	return fmt.Errorf("the database in %s belongs to %s, but PostgreSQL would run as %s: start as the user who made it, or choose another directory",
		data, userName(owner), userName(id.uid))
}

func ownerOf(path string) (uid int, err error) {
	var st syscall.Stat_t
	if err := syscall.Stat(path, &st); err != nil {
		return 0, &fs.PathError{Op: "stat", Path: path, Err: err}
	}
	return int(st.Uid), nil
}

func userName(uid int) string {
	if u, err := user.LookupId(strconv.Itoa(uid)); err == nil {
		return u.Username
	}
	return "user " + strconv.Itoa(uid)
}

// traversable reports whether another user can reach dir.
func traversable(dir string) bool {
	for d := filepath.Dir(dir); ; d = filepath.Dir(d) {
		info, err := os.Stat(d)
		if err != nil || info.Mode().Perm()&0o001 == 0 {
			return false
		}
		if d == "/" || d == "." {
			return true
		}
	}
}

// apply makes a command run under the identity. The server dies with us.
func (id identity) apply(attr *syscall.SysProcAttr) {
	switch {
	case id.mapped:
		// Seen from inside we are uid 1; the files belong to root outside.
		attr.Cloneflags = syscall.CLONE_NEWUSER
		attr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 1, HostID: 0, Size: 1}}
		attr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 1, HostID: 0, Size: 1}}
		attr.Credential = &syscall.Credential{Uid: 1, Gid: 1, NoSetGroups: true}
	case id.uid != os.Getuid():
		attr.Credential = &syscall.Credential{Uid: uint32(id.uid), Gid: uint32(id.gid)}
	}
}

// own makes a directory and gives it to the identity.
func (id identity) own(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make %s: %w", dir, err)
	}
	if os.Getuid() != 0 || id.mapped {
		return nil
	}
	if err := os.Chown(dir, id.uid, id.gid); err != nil {
		return fmt.Errorf("hand %s to the user postgres: %w", dir, err)
	}
	return nil
}
