package main

import (
	"cmp"
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"

	"huifang/internal/config"
	"huifang/internal/observe"
	"huifang/internal/server"
	"huifang/internal/store"
	"huifang/recording/archive"
	"huifang/recording/evidence"
	"huifang/recording/spool"
)

type evidenceCommand struct {
	Key evidenceKey `cmd:"" help:"Make a key that signs the log of evidence, or add a newer one, and print its public half."`
}

type evidenceKey struct {
	File string `arg:"" help:"Key file (evidence.key_file); it is made when it is not there."`
	Name string `required:"" help:"Name of the log, like a host name: evidence.example.com. It stays when the key changes."`
}

func (c *evidenceKey) Run() error {
	public, err := addEvidenceKey(c.File, c.Name)
	if err != nil {
		return err
	}
	fmt.Println(public)
	return nil
}

// addEvidenceKey puts a new key in front of those of a file, and gives its public half.
func addEvidenceKey(path, name string) (string, error) {
	old, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("read evidence keys: %w", err)
	}
	if len(old) > 0 {
		if ring, err := evidence.ReadKeys(path); err != nil {
			return "", err
		} else if ring.Origin() != name {
			return "", fmt.Errorf("--name: the keys of %s are those of the log %s; a log keeps its name", path, ring.Origin())
		}
	}
	line, public, err := evidence.NewKey(name)
	if err != nil {
		return "", err
	}
	if err := spool.WriteDurably(path, append([]byte(line), old...)); err != nil {
		return "", fmt.Errorf("write evidence keys: %w", err)
	}
	return public, nil
}

type verifyCommand struct {
	Config string   `required:"" xor:"what" type:"existingfile" env:"HUIFANG_CONFIG" help:"Verify the running system of this configuration file."`
	Pack   string   `required:"" xor:"what" type:"existingdir" help:"Verify an exported pack, or all volumes in a directory, with nothing but --key."`
	Keys   []string `name:"key" help:"Public key of the log, as 'huifang evidence key' printed it; may be repeated. Without one, a running system is believed who it is."`
	TSA    string   `name:"tsa" type:"existingfile" help:"PEM file of the time-stamping authority; without it, that of the configuration, and in a pack time stamps are not looked at."`
	Audio  int      `default:"100" help:"Percent of the recordings that are read and hashed as a whole."`
	JSON   bool     `help:"Print the report as JSON."`
}

func (c *verifyCommand) Run(ctx context.Context) error {
	report, err := c.verify(ctx)
	if err != nil {
		return err
	}
	if c.JSON {
		e := json.NewEncoder(os.Stdout)
		e.SetIndent("", "  ")
		err = e.Encode(report)
	} else {
		_, err = fmt.Print(report)
	}
	if err == nil && !report.OK() {
		return &exitError{1}
	}
	return err
}

func (c *verifyCommand) verify(ctx context.Context) (*evidence.Report, error) {
	if c.Pack != "" {
		if len(c.Keys) == 0 {
			return nil, errors.New("--key: a pack is verified with the public key of the log, which must not come out of the pack")
		}
		roots, err := rootsOf(c.TSA)
		if err != nil {
			return nil, err
		}
		return evidence.VerifyPack(c.Pack, c.Keys, roots)
	}
	if c.Audio < 0 || c.Audio > 100 {
		return nil, fmt.Errorf("--audio: %d is not between 0 and 100", c.Audio)
	}
	p, err := openParts(ctx, c.Config)
	if err != nil {
		return nil, err
	}
	defer p.close()
	keys := c.Keys
	if len(keys) == 0 {
		keys = p.keys.Verifiers()
	}
	roots, err := rootsOf(cmp.Or(c.TSA, p.cfg.TimestampCA))
	if err != nil {
		return nil, err
	}
	return evidence.Live(ctx, evidence.LiveConfig{Roots: roots, Reader: p.db.Evidence(), Vault: p.client, Recordings: p.db.Evidence(),
		Objects: server.StoredObjects{Client: p.client}, Keys: keys, ReadAudio: evidence.Share(c.Audio)})
}

// rootsOf reads the certificates of a time-stamping authority; none for no file.
func rootsOf(path string) (*x509.CertPool, error) {
	if path == "" {
		return nil, nil
	}
	return evidence.ReadRoots(path)
}

// parts are what verifying and exporting need of a system.
type parts struct {
	db     *store.Store
	client *archive.Client
	keys   *evidence.KeyRing
	cfg    config.Evidence
	log    *slog.Logger
}

func (p *parts) close() {
	p.client.Close()
	p.db.Close()
}

// openParts opens database, storage and keys of a configuration.
func openParts(ctx context.Context, path string) (*parts, error) {
	cfg, err := config.Load(path)
	if err != nil {
		return nil, err
	}
	p := &parts{cfg: cfg.Evidence}
	if p.log, err = observe.NewLogger(os.Stderr, "warn", "text"); err != nil {
		return nil, err
	}
	if p.keys, err = evidence.ReadKeys(cfg.Evidence.KeyFile); err != nil {
		return nil, err
	}
	secret, err := config.ReadSecret(cfg.Storage.SecretKeyFile)
	if err != nil {
		return nil, err
	}
	if p.client, err = server.StorageClient(cfg, secret); err != nil {
		return nil, err
	}
	if p.db, err = server.OpenDatabase(ctx, cfg.Database, p.log); err != nil {
		p.client.Close()
		return nil, err
	}
	return p, nil
}
