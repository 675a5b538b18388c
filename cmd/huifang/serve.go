package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"huifang/internal/config"
	"huifang/internal/observe"
	"huifang/internal/server"
	"huifang/internal/store"
)

// stopLimit is how long live calls and recordings get to come to their end.
const stopLimit = 20 * time.Second

type serveCommand struct {
	Config string `required:"" type:"existingfile" env:"HUIFANG_CONFIG" help:"Configuration file (YAML), see docs/operate/configuration.md."`
	HTTP   string `name:"http" help:"Overrides http.listen."`
	Ops    string `help:"Overrides ops.listen."`
}

func (c *serveCommand) Run(ctx context.Context) error {
	cfg, err := config.Load(c.Config)
	if err != nil {
		return err
	}
	if c.HTTP != "" {
		cfg.HTTP.Listen = c.HTTP
	}
	if c.Ops != "" {
		cfg.Ops.Listen = c.Ops
	}
	log, err := observe.NewLogger(os.Stderr, cfg.Log.Level, cfg.Log.Format)
	if err != nil {
		return err
	}
	o := server.Options{Version: version, Logger: log, Ops: observe.NewOps(version), TrunkSecrets: map[string]string{}}
	if o.StorageSecret, err = config.ReadSecret(cfg.Storage.SecretKeyFile); err != nil {
		return err
	}
	for _, t := range cfg.Trunks {
		if o.TrunkSecrets[t.Name], err = config.ReadSecret(t.PasswordFile); err != nil {
			return err
		}
	}
	s, err := server.Start(ctx, cfg, o)
	if err != nil {
		return err
	}
	log.Info("huifang serves", "http", s.HTTPAddr, "ops", s.OpsAddr, "version", version)
	<-ctx.Done()
	log.Info("huifang stops")
	stop, cancel := context.WithTimeout(context.Background(), stopLimit)
	defer cancel()
	s.Stop(stop)
	return nil
}

type migrateCommand struct {
	Config string `required:"" type:"existingfile" env:"HUIFANG_CONFIG" help:"Configuration file."`
}

func (c *migrateCommand) Run(ctx context.Context) error {
	db, err := openStore(ctx, c.Config)
	if err != nil {
		return err
	}
	db.Close()
	return nil
}

// openStore opens the database of a configuration, with this version's schema.
func openStore(ctx context.Context, path string) (*store.Store, error) {
	cfg, err := config.Load(path)
	if err != nil {
		return nil, err
	}
	log, err := observe.NewLogger(os.Stderr, cfg.Log.Level, cfg.Log.Format)
	if err != nil {
		return nil, err
	}
	return server.OpenDatabase(ctx, cfg.Database, log)
}

type configCommand struct {
	Check configCheck `cmd:"" help:"Read a configuration file and say what is wrong."`
}

type configCheck struct {
	File string `arg:"" type:"existingfile"`
}

func (c *configCheck) Run() error {
	cfg, err := config.Load(c.File)
	if err != nil {
		return err
	}
	if !cfg.Database.PlaintextAllowed() {
		// A DSN may stand in a file that only the server's machine has.
		dsn, appErr := cfg.Database.Address()
		owner, ownerErr := cfg.Database.Owner()
		if appErr == nil && ownerErr == nil {
			log := slog.New(slog.NewTextHandler(os.Stderr, nil))
			if err := errors.Join(store.CheckTLS("database.dsn", dsn, log), store.CheckTLS("database.owner_dsn", owner, log)); err != nil {
				return err
			}
		}
	}
	fmt.Println("the configuration is good")
	return nil
}
