//! How little can a client take? As little as its system allows, so that what it does not read waits in the studio.

use socket2::{Domain, Socket, Type};
use tokio::net::{TcpSocket, TcpStream};

use crate::home::Home;

/// Bytes that the system keeps of what is not read yet: the least that Linux allows.
const ROOM: usize = 2_304;
/// Bytes in which it takes them at most: the least again. The other end's system keeps a multiple of this.
const PART: u32 = 88;

/// A connection to a studio.
pub(crate) async fn narrow(home: &Home) -> anyhow::Result<TcpStream> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    socket.set_nonblocking(true)?;
    socket.set_recv_buffer_size(ROOM)?;
    socket.set_tcp_mss(PART)?;
    Ok(TcpSocket::from_std_stream(socket.into()).connect(home.address).await?)
}
