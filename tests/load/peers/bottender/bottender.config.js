// Sessions are kept in memory: nothing that was acknowledged survives the process.
module.exports = {
  session: { driver: 'memory', stores: { memory: { maxSize: 1e6 } } },
  channels: {
    telegram: {
      enabled: true,
      path: '/messages',
      accessToken: 'load',
      origin: process.env.RECEIVER,
      skipLegacyProfile: true,
    },
  },
};
